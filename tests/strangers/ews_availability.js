// ews-javascript-api, unmodified, asks the product's door for free/busy: `node ews_availability.js ADDRESS`.
//
// It names the zone in the head alone, by its id, and cuts windows to whole days. One line of JSON goes out, a
// key for each function; test_availability_door_ews_javascript.py says what has to stand there.
"use strict";

const { ews, main, signedIn, refusal, at, BERLIN } = require("./ews.js");

const asked = async (service, start, end, options, ...people) => {
  const window = new ews.TimeWindow(at(start), at(end));
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
    ]),
  }));
};

const wanted = (view, minutes = 60) => {
  const options = new ews.AvailabilityOptions();
  options.MergedFreeBusyInterval = minutes;
  options.RequestedFreeBusyView = ews.FreeBusyViewType[view];
  return options;
};

const DAY = ["2026-11-03T00:00:00Z", "2026-11-04T00:00:00Z"];
const service = (password) => signedIn("svc@a.test", password);

const tasks = {
  async views() {
    const seen = {};
    for (const view of ["MergedOnly", "FreeBusy", "FreeBusyMerged", "Detailed", "DetailedMerged"]) {
      [seen[view]] = await asked(service(), ...DAY, wanted(view), "ana@a.test");
    }
    return seen;
  },

  people: () =>
    asked(service(), ...DAY, wanted("DetailedMerged"), "ana@a.test", "nobody@a.test", "ben@a.test", "cy@a.test", "ana@a.test"),

  long: () => refusal(() => asked(service(), "2026-11-03T00:00:00Z", "2027-01-05T00:00:00Z", wanted("FreeBusy"), "ana@a.test")),

  // By Berlin's clock, over the night in which it goes back.
  berlin: async () => {
    const zoned = new ews.ExchangeService(ews.ExchangeVersion.Exchange2013_SP1, BERLIN);
    zoned.Url = service().Url;
    zoned.Credentials = service().Credentials;
    return asked(zoned, "2026-10-24T22:00:00Z", "2026-10-26T23:00:00Z", wanted("FreeBusyMerged", 120), "night@a.test");
  },

  suggestions: async () => {
    const window = new ews.TimeWindow(at(DAY[0]), at(DAY[1]));
    const guests = [new ews.AttendeeInfo("ana@a.test")];
    return refusal(() => service().GetUserAvailability(guests, window, ews.AvailabilityData.Suggestions, wanted("FreeBusy")));
  },

  password: () => refusal(() => asked(service("wrong"), ...DAY, wanted("FreeBusy"), "ana@a.test")),
};

main(tasks);
