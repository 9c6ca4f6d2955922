// A client other people wrote (ews-javascript-api, unmodified) keeps one event through its life on the Exchange
// simulator. Called with the EWS address by test_javascript_stranger.py; prints what it saw as one line of JSON.
"use strict";

const ews = require("ews-javascript-api");

async function life(address) {
  const service = new ews.ExchangeService(ews.ExchangeVersion.Exchange2013_SP1);
  service.Url = new ews.Uri(address);
  service.Credentials = new ews.WebCredentials("ana@a.test", "secret");
  const calendar = new ews.FolderId(ews.WellKnownFolderName.Calendar);
  const wanted = new ews.PropertySet(ews.BasePropertySet.FirstClassProperties);
  const seen = {};

  const made = new ews.Appointment(service);
  made.Subject = "Lunch";
  made.Location = "Canteen";
  made.Start = new ews.DateTime("2026-11-03T12:00:00Z");
  made.End = new ews.DateTime("2026-11-03T13:00:00Z");
  await made.Save(calendar, ews.SendInvitationsMode.SendToNone);

  const held = await ews.Appointment.Bind(service, made.Id, wanted);
  seen.created = [held.Subject, held.Location, held.Start.ToISOString(), held.End.ToISOString()];

  const first = await service.SyncFolderItems(calendar, ews.PropertySet.IdOnly, null, 512, ews.SyncFolderItemsScope.NormalItems, null);
  seen.listed = first.GetEnumerator().map((change) => ews.ChangeType[change.ChangeType]);

  held.Subject = "Long lunch";
  await held.Update(ews.ConflictResolutionMode.NeverOverwrite, ews.SendInvitationsOrCancellationsMode.SendToNone);
  seen.updated = (await ews.Appointment.Bind(service, made.Id, wanted)).Subject;

  const window = new ews.CalendarView(new ews.DateTime("2026-11-03T00:00:00Z"), new ews.DateTime("2026-11-04T00:00:00Z"));
  seen.found = (await service.FindAppointments(calendar, window)).Items.map((item) => item.Subject);

  await held.Delete(ews.DeleteMode.MoveToDeletedItems, ews.SendCancellationsMode.SendToNone);
  const last = await service.SyncFolderItems(calendar, ews.PropertySet.IdOnly, null, 512, ews.SyncFolderItemsScope.NormalItems, first.SyncState);
  seen.gone = last.GetEnumerator().map((change) => ews.ChangeType[change.ChangeType]);
  return seen;
}

life(process.argv[2]).then(
  (seen) => console.log(JSON.stringify(seen)),
  (wrong) => {
    console.error(wrong.stack || wrong, wrong.Message || "");
    process.exitCode = 1;
  },
);
