// ews-javascript-api, unmodified, does a client's work on the Exchange simulator: `node ews.js ADDRESS`.
//
// Each function below has a mailbox of its own (its name is the part before the @), so that none sees another's events.
// `ews_series.js` takes its tools from here. One line of JSON goes out, a key for each function; test_ews_javascript.py says what has to stand there.
// The library writes texts into its XML as they are, so whoever calls it escapes them (its issues 358 and 368).
"use strict";

const ews = require("ews-javascript-api");

const address = process.argv[2];
const CALENDAR = new ews.FolderId(ews.WellKnownFolderName.Calendar);
const BERLIN = ews.TimeZoneInfo.FindSystemTimeZoneById("W. Europe Standard Time");
const MARK = new ews.ExtendedPropertyDefinition(
  new ews.Guid("6f2a1c04-0f0b-4a55-9d3e-5c2f7f1b8a11"),
  "mark",
  ews.MapiPropertyType.String,
);
const QUIET = ews.SendInvitationsMode.SendToNone;
const QUIET_UPDATE = ews.SendInvitationsOrCancellationsMode.SendToNone;
const QUIET_DELETE = ews.SendCancellationsMode.SendToNone;
const NEVER = ews.ConflictResolutionMode.NeverOverwrite;

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const at = (text) => new ews.DateTime(text);

function signedIn(user, password = "secret") {
  const service = new ews.ExchangeService(ews.ExchangeVersion.Exchange2013_SP1);
  service.Url = new ews.Uri(address);
  service.Credentials = new ews.WebCredentials(user, password);
  return service;
}

function actingAs(mailbox) {
  const service = signedIn("svc@a.test");
  service.ImpersonatedUserId = new ews.ImpersonatedUserId(ews.ConnectingIdType.SmtpAddress, mailbox);
  return service;
}

async function made(service, subject, start, end, fill = () => {}) {
  const event = new ews.Appointment(service);
  event.Subject = escaped(subject);
  event.Start = at(start);
  event.End = at(end);
  event.StartTimeZone = BERLIN;
  event.EndTimeZone = BERLIN;
  fill(event);
  await event.Save(CALENDAR, QUIET);
  return event;
}

const lunch = (service, subject, hour = 12) =>
  made(service, subject, `2026-11-03T${hour}:00:00+01:00`, `2026-11-03T${hour}:30:00+01:00`);

const subjects = (found) => found.Items.map((item) => item.Subject);

// What went wrong, as the library tells it: its class, and the HTTP status or the response code it read.
async function refusal(attempt) {
  try {
    await attempt();
  } catch (wrong) {
    const status = wrong.HttpStatusCode || 200;
    const http = status !== 200 && status !== 500;
    return [(wrong.Exception || wrong).constructor.name, http ? status : ews.ServiceError[wrong.ErrorCode || wrong.ResponseCode]];
  }
  return "nothing went wrong";
}

const tasks = {
  async writes() {
    const service = actingAs("writes@a.test");
    const timed = await made(service, "Lunch & <talk>", "2026-11-03T12:00:00+01:00", "2026-11-03T13:30:00+01:00", (event) => {
      event.Body = new ews.MessageBody(ews.BodyType.HTML, escaped("<b>Bring</b> papers & pens"));
      event.Location = "Caffè №5 🍝";
      event.Categories.Add("Red");
      event.Categories.Add("Work");
      event.ReminderMinutesBeforeStart = 30;
      event.LegacyFreeBusyStatus = ews.LegacyFreeBusyStatus.Tentative;
      event.Sensitivity = ews.Sensitivity.Private;
      event.SetExtendedProperty(MARK, "m1");
    });
    await made(service, "Fair", "2026-11-05T00:00:00+01:00", "2026-11-07T00:00:00+01:00", (event) => {
      event.IsAllDayEvent = true;
      event.IsReminderSet = false;
      event.LegacyFreeBusyStatus = ews.LegacyFreeBusyStatus.Free;
    });
    const wanted = new ews.PropertySet(ews.BasePropertySet.IdOnly, [
      ews.AppointmentSchema.Subject,
      ews.AppointmentSchema.Body,
      ews.AppointmentSchema.Location,
      ews.AppointmentSchema.Categories,
      ews.AppointmentSchema.Start,
      ews.AppointmentSchema.End,
      ews.AppointmentSchema.ReminderMinutesBeforeStart,
      ews.AppointmentSchema.LegacyFreeBusyStatus,
      ews.AppointmentSchema.ICalUid,
      ews.AppointmentSchema.Organizer,
      MARK,
    ]);
    const read = await ews.Appointment.Bind(service, timed.Id, wanted);
    return {
      subject: read.Subject,
      body: [ews.BodyType[read.Body.BodyType], read.Body.Text],
      location: read.Location,
      categories: read.Categories.GetEnumerator(),
      times: [read.Start.ToISOString(), read.End.ToISOString()],
      reminder: read.ReminderMinutesBeforeStart,
      showAs: ews.LegacyFreeBusyStatus[read.LegacyFreeBusyStatus],
      uid: read.ICalUid,
      organizer: read.Organizer.Address,
      marks: read.ExtendedProperties.GetEnumerator().map((one) => [one.PropertyDefinition.Name, one.Value]),
    };
  },

  async finds() {
    const service = signedIn("finds@a.test");
    for (const [subject, hour] of [["first", 10], ["second", 12], ["third", 14], ["fourth", 16], ["fifth", 18]]) {
      await lunch(service, subject, hour);
    }
    await made(service, "next week", "2026-11-10T12:00:00+01:00", "2026-11-10T13:00:00+01:00", (event) =>
      event.SetExtendedProperty(MARK, "m2"),
    );
    const pages = [];
    const view = new ews.ItemView(4);
    view.OrderBy.Add(ews.AppointmentSchema.Start, ews.SortDirection.Descending);
    for (;;) {
      const page = await service.FindItems(CALENDAR, view);
      pages.push([subjects(page), page.TotalCount, page.MoreAvailable]);
      if (!page.MoreAvailable) break;
      view.Offset = page.NextPageOffset;
    }
    const day = new ews.CalendarView(at("2026-11-03T11:15:00Z"), at("2026-11-03T16:00:00Z"));
    const after = new ews.SearchFilter.IsGreaterThanOrEqualTo(ews.AppointmentSchema.Start, at("2026-11-03T17:00:00Z"));
    const unbounded = new ews.CalendarView(at("2026-01-01T00:00:00Z"), at("2030-01-01T00:00:00Z"));
    return {
      pages,
      view: subjects(await service.FindAppointments(CALENDAR, day)),
      marked: subjects(await service.FindItems(CALENDAR, new ews.SearchFilter.IsEqualTo(MARK, "m2"), new ews.ItemView(9))),
      later: subjects(await service.FindItems(CALENDAR, after, new ews.ItemView(9))),
      tooWide: await refusal(() => service.FindAppointments(CALENDAR, unbounded)),
    };
  },

  async edits() {
    const service = signedIn("edits@a.test");
    const event = await lunch(service, "Lunch");
    const keys = [event.Id.ChangeKey];
    const read = await ews.Appointment.Bind(service, event.Id);
    read.Subject = "Dinner";
    read.Start = at("2026-11-04T19:00:00+01:00");
    read.End = at("2026-11-04T20:00:00+01:00");
    read.Categories.Add("Blue");
    read.SetExtendedProperty(MARK, "m3");
    await read.Update(NEVER, QUIET_UPDATE);
    keys.push(read.Id.ChangeKey);
    read.Location = "Canteen";
    await read.Update(NEVER, QUIET_UPDATE);
    keys.push(read.Id.ChangeKey);
    return { sameId: read.Id.UniqueId === event.Id.UniqueId, keys: new Set(keys).size };
  },

  async syncs() {
    const service = actingAs("syncs@a.test");
    const sync = (state, most) =>
      service.SyncFolderItems(CALENDAR, ews.PropertySet.IdOnly, null, most, ews.SyncFolderItemsScope.NormalItems, state);
    const names = new Map();
    const told = (page) =>
      page.GetEnumerator().map((change) => [ews.ChangeType[change.ChangeType], names.get(change.ItemId.UniqueId)]);
    const events = [];
    for (const subject of ["a", "b", "c", "d", "e"]) {
      events.push(await lunch(service, subject));
      names.set(events.at(-1).Id.UniqueId, subject);
    }
    const pages = [];
    let page;
    let state = null;
    do {
      page = await sync(state, 2);
      pages.push([told(page), page.MoreChangesAvailable]);
      // A state is stored as text between two runs.
      state = JSON.parse(JSON.stringify({ state: page.SyncState })).state;
    } while (page.MoreChangesAvailable);
    const silent = told(await sync(state, 512));

    const edited = await ews.Appointment.Bind(service, events[1].Id);
    edited.Subject = "b2";
    await edited.Update(NEVER, QUIET_UPDATE);
    await events[0].Delete(ews.DeleteMode.MoveToDeletedItems, QUIET_DELETE);
    const delta = await sync(state, 512);
    const echoed = delta.GetEnumerator().find((change) => change.ChangeType === ews.ChangeType.Update);
    const bin = await service.FindItems(new ews.FolderId(ews.WellKnownFolderName.DeletedItems), new ews.ItemView(9));
    return {
      pages,
      silent,
      delta: told(delta),
      echo: echoed.Item.Id.ChangeKey === edited.Id.ChangeKey,
      bin: subjects(bin),
      binned: bin.Items[0].Id.UniqueId === events[0].Id.UniqueId,
      gone: await refusal(() => ews.Appointment.Bind(service, events[0].Id)),
      forged: await refusal(() => sync("bm9uc2Vuc2U=", 512)),
    };
  },

  async conflicts() {
    const service = signedIn("conflicts@a.test");
    const event = await lunch(service, "Lunch");
    const mine = await ews.Appointment.Bind(service, event.Id);
    const theirs = await ews.Appointment.Bind(service, event.Id);
    theirs.Subject = "Theirs";
    await theirs.Update(NEVER, QUIET_UPDATE);
    mine.Subject = "Mine";
    const stale = await refusal(() => mine.Update(NEVER, QUIET_UPDATE));
    const read = await ews.Appointment.Bind(service, event.Id);
    read.Subject = "Mine after all";
    await read.Update(NEVER, QUIET_UPDATE);
    return { stale, subject: (await ews.Appointment.Bind(service, event.Id)).Subject };
  },

  async refusals() {
    const all = (service) => () => service.FindItems(CALENDAR, new ews.ItemView(9));
    const service = signedIn("refusals@a.test");
    return {
      wrongPassword: await refusal(all(signedIn("refusals@a.test", "wrong"))),
      nobody: await refusal(all(actingAs("nobody@a.test"))),
      noMailbox: await refusal(all(signedIn("svc@a.test"))),
      notAllowed: await refusal(() => {
        const helper = signedIn("refusals@a.test");
        helper.ImpersonatedUserId = new ews.ImpersonatedUserId(ews.ConnectingIdType.SmtpAddress, "finds@a.test");
        return all(helper)();
      }),
      backwards: await refusal(() => made(service, "x", "2026-11-03T12:00:00Z", "2026-11-03T11:00:00Z")),
      unescaped: await refusal(() => {
        const event = new ews.Appointment(service);
        event.Subject = "salt & pepper";
        event.Start = at("2026-11-03T12:00:00Z");
        event.End = at("2026-11-03T13:00:00Z");
        return event.Save(CALENDAR, QUIET);
      }),
      unmodelled: await refusal(() => service.GetRoomLists()),
    };
  },

  async availability() {
    // The library names the zone in the header alone, and cuts the window to whole days.
    const owner = signedIn("availability@a.test");
    await lunch(owner, "Lunch", 12);
    await made(owner, "Trip", "2026-11-03T23:30:00+01:00", "2026-11-04T01:00:00+01:00", (event) => {
      event.LegacyFreeBusyStatus = ews.LegacyFreeBusyStatus.OOF;
      event.Sensitivity = ews.Sensitivity.Private;
    });
    const asked = async (service, options, ...people) => {
      const window = new ews.TimeWindow(at("2026-11-03T00:00:00Z"), at("2026-11-04T00:00:00Z"));
      const guests = people.map((address) => new ews.AttendeeInfo(address));
      const found = await service.GetUserAvailability(guests, window, ews.AvailabilityData.FreeBusy, options);
      return found.AttendeesAvailability.Responses.map((one) => ({
        code: ews.ServiceError[one.ErrorCode],
        view: ews.FreeBusyViewType[one.ViewType],
        merged: one.MergedFreeBusyStatus.join(""),
        events: one.CalendarEvents.map((event) => [
          event.StartTime.ToISOString(),
          event.EndTime.ToISOString(),
          ews.LegacyFreeBusyStatus[event.FreeBusyStatus],
          event.Details && [event.Details.Subject, event.Details.IsPrivate],
        ]),
        works: one.WorkingHours && [one.WorkingHours.StartTime.TotalMinutes, one.WorkingHours.EndTime.TotalMinutes],
      }));
    };
    const hourly = new ews.AvailabilityOptions();
    hourly.MergedFreeBusyInterval = 60;
    hourly.RequestedFreeBusyView = ews.FreeBusyViewType.DetailedMerged;
    const short = new ews.TimeWindow(at("2026-11-03T09:00:00Z"), at("2026-11-03T10:00:00Z"));
    const long = new ews.TimeWindow(at("2026-11-03T00:00:00Z"), at("2027-01-03T00:00:00Z"));
    const room = [new ews.AttendeeInfo("availability@a.test")];
    return {
      own: await asked(owner, hourly, "availability@a.test"),
      others: await asked(signedIn("svc@a.test"), hourly, "availability@a.test", "nobody@a.test", "finds@a.test"),
      short: await refusal(() => owner.GetUserAvailability(room, short, ews.AvailabilityData.FreeBusy)),
      long: await refusal(() => owner.GetUserAvailability(room, long, ews.AvailabilityData.FreeBusy)),
      // It asks for all zones, whatever ids it was given.
      knowsBerlin: (await owner.GetServerTimeZones()).some((one) => one.Id === "W. Europe Standard Time"),
    };
  },

  async busy() {
    // The test planted ErrorServerBusy for this mailbox: once as a SOAP fault, once as an answer, then HTTP 503.
    const service = signedIn("busy@a.test");
    const ask = () => service.FindItems(CALENDAR, new ews.ItemView(9));
    const seen = [await refusal(ask), await refusal(ask), await refusal(ask)];
    return [...seen, subjects(await ask())];
  },
};

async function main(tasks) {
  const seen = {};
  for (const [name, task] of Object.entries(tasks)) {
    try {
      seen[name] = await task();
    } catch (wrong) {
      seen[name] = `failed: ${wrong.stack || wrong} ${wrong.Message || ""}`;
    }
  }
  process.stdout.write(`${JSON.stringify(seen)}\n`);
}

module.exports = { ews, main, made, signedIn, refusal, at, BERLIN, CALENDAR, QUIET, QUIET_UPDATE, NEVER };
if (require.main === module) {
  main(tasks);
}
