// ews-javascript-api, unmodified, asks an Exchange 2007 for free/busy, in mailboxes and public folders: `node ews_2007.js ADDRESS`.
//
// As an Exchange2007_SP1 client it names a zone's id in every head. What it leaves out is the TimeZone in the body of
// GetUserAvailability, which 2007 wants (its own source has a todo there); whoever uses it has to put it in on the way, as
// `Completed` does. One line of JSON goes out, a key for each function; test_ews_javascript_2007.py says what has to stand there.
"use strict";

const { ews, main, refusal, at } = require("./ews.js");
const { XhrApi } = require("@ewsjs/xhr");

const address = process.argv[2];
const GROUP = "EX:/o=First Organization/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)";
const NAME = ews.FolderSchema.DisplayName;
const MONTHS = new ews.ExtendedPropertyDefinition(0x6853, ews.MapiPropertyType.IntegerArray);
const WRITTEN = new ews.ExtendedPropertyDefinition(0x6868, ews.MapiPropertyType.SystemTime);
const NORMALIZED = new ews.ExtendedPropertyDefinition(0x0e1d, ews.MapiPropertyType.String);
const NEVER_TURNS = ["StandardTime", "DaylightTime"]
  .map(
    (name) =>
      `<t:${name}><t:Bias>0</t:Bias><t:Time>00:00:00</t:Time><t:DayOrder>0</t:DayOrder>` +
      `<t:Month>0</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:${name}>`,
  )
  .join("");

class Completed extends XhrApi {
  xhr(request, progress) {
    const opened = "<m:GetUserAvailabilityRequest>";
    const zone = `<t:TimeZone><t:Bias>0</t:Bias>${NEVER_TURNS}</t:TimeZone>`;
    return super.xhr({ ...request, data: request.data.replace(opened, opened + zone) }, progress);
  }
}

function service(version = "Exchange2007_SP1") {
  const made = new ews.ExchangeService(ews.ExchangeVersion[version]);
  made.Url = new ews.Uri(address);
  made.Credentials = new ews.WebCredentials("ana@a.test", "secret");
  return made;
}

function completed() {
  const made = service();
  made.XHRApi = new Completed();
  return made;
}

const asked = async (client, view, ...people) => {
  const options = new ews.AvailabilityOptions();
  options.MergedFreeBusyInterval = 60;
  options.RequestedFreeBusyView = ews.FreeBusyViewType[view];
  const window = new ews.TimeWindow(at("2026-11-20T00:00:00Z"), at("2026-11-21T00:00:00Z"));
  const guests = people.map((each) => new ews.AttendeeInfo(each));
  const found = await client.GetUserAvailability(guests, window, ews.AvailabilityData.FreeBusy, options);
  return found.AttendeesAvailability.Responses.map((one) => ({
    code: ews.ServiceError[one.ErrorCode],
    view: ews.FreeBusyViewType[one.ViewType],
    merged: one.MergedFreeBusyStatus.join(""),
    events: one.CalendarEvents.map((event) => [event.StartTime.ToISOString(), ews.LegacyFreeBusyStatus[event.FreeBusyStatus]]),
  }));
};

const below = async (client, id, name) => {
  const named = new ews.SearchFilter.IsEqualTo(NAME, name);
  const found = await client.FindFolders(id, named, new ews.FolderView(10));
  return found.Folders[0].Id;
};

async function walked(client) {
  const wanted = new ews.PropertySet(ews.BasePropertySet.IdOnly, [ews.FolderSchema.ParentFolderId]);
  const root = await ews.Folder.Bind(client, new ews.FolderId(ews.WellKnownFolderName.PublicFoldersRoot), wanted);
  const outside = await below(client, root.ParentFolderId, "NON_IPM_SUBTREE");
  return below(client, await below(client, outside, "SCHEDULE+ FREE BUSY"), GROUP);
}

const tasks = {
  async info() {
    const client = service();
    await ews.Folder.Bind(client, new ews.FolderId(ews.WellKnownFolderName.Inbox));
    const { MajorVersion, MinorVersion, VersionString } = client.ServerInfo;
    return [MajorVersion, MinorVersion, VersionString];
  },

  later: () =>
    refusal(() => ews.Folder.Bind(service("Exchange2010"), new ews.FolderId(ews.WellKnownFolderName.PublicFoldersRoot))),

  incomplete: () => refusal(() => asked(service(), "FreeBusyMerged", "ana@a.test")),

  availability: () => asked(completed(), "FreeBusyMerged", "ana@a.test", "gus@g.test", "nobody@a.test"),

  async messages() {
    const client = service();
    const folder = await walked(client);
    const view = new ews.ItemView(10);
    view.PropertySet = new ews.PropertySet(ews.BasePropertySet.IdOnly, [ews.ItemSchema.Subject, MONTHS, WRITTEN]);
    const mine = new ews.SearchFilter.IsEqualTo(NORMALIZED, "USER-/CN=RECIPIENTS/CN=GUS");
    const found = await client.FindItems(folder, mine, view);
    return {
      subjects: found.Items.map((item) => item.Subject),
      classes: found.Items.map((item) => item.constructor.name),
      months: found.Items.map((item) => item.ExtendedProperties.GetEnumerator()[0].Value.map(Number)),
    };
  },

  calendar: () =>
    refusal(() => service().FindItems(new ews.FolderId(ews.WellKnownFolderName.Calendar), new ews.ItemView(9))),
};

main(tasks);
