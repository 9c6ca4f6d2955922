// ews-javascript-api, unmodified, does a client's work on series: `node ews_series.js ADDRESS`, as ews.js does on events.
"use strict";

const { ews, main, made, signedIn, refusal, at, CALENDAR, QUIET, QUIET_UPDATE } = require("./ews.js");

const QUIET_DELETE = ews.SendCancellationsMode.SendToNone;
const ALWAYS = ews.ConflictResolutionMode.AlwaysOverwrite;
const SERIES = new ews.PropertySet(ews.BasePropertySet.IdOnly, [
  ews.AppointmentSchema.Subject,
  ews.AppointmentSchema.AppointmentType,
  ews.AppointmentSchema.Recurrence,
  ews.AppointmentSchema.FirstOccurrence,
  ews.AppointmentSchema.LastOccurrence,
  ews.AppointmentSchema.ModifiedOccurrences,
  ews.AppointmentSchema.DeletedOccurrences,
]);
const ONE = new ews.PropertySet(ews.BasePropertySet.IdOnly, [
  ews.AppointmentSchema.Subject,
  ews.AppointmentSchema.Start,
  ews.AppointmentSchema.End,
  ews.AppointmentSchema.AppointmentType,
]);

const kind = (item) => ews.AppointmentType[item.AppointmentType];
const start = (item) => item.Start.ToISOString();

// Tuesdays at 13:00 in Berlin, five times.
const tuesdays = (service) =>
  made(service, "Call", "2026-11-03T13:00:00+01:00", "2026-11-03T14:00:00+01:00", (event) => {
    event.Recurrence = new ews.Recurrence.WeeklyPattern(at("2026-11-03T12:00:00Z"), 1, [ews.DayOfTheWeek.Tuesday]);
    event.Recurrence.NumberOfOccurrences = 5;
  });

const tasks = {
  async reads() {
    const service = signedIn("reads@a.test");
    const series = await tuesdays(service);
    const master = await ews.Appointment.Bind(service, series.Id, SERIES);
    const second = await ews.Appointment.BindToOccurrence(service, series.Id, 2, ONE);
    const back = await ews.Appointment.BindToRecurringMaster(service, second.Id, SERIES);
    const view = new ews.CalendarView(at("2026-11-01T00:00:00Z"), at("2026-12-31T00:00:00Z"));
    const shown = await service.FindAppointments(CALENDAR, view);
    return {
      kinds: [kind(master), kind(second), kind(back)],
      back: back.Id.UniqueId === master.Id.UniqueId,
      ends: [start(master.FirstOccurrence), start(master.LastOccurrence)],
      empty: [master.ModifiedOccurrences || null, master.DeletedOccurrences || null],
      rule: [master.Recurrence.constructor.name, master.Recurrence.Interval, master.Recurrence.NumberOfOccurrences],
      second: start(second),
      shown: shown.Items.map(start),
      beyond: await refusal(() => ews.Appointment.BindToOccurrence(service, series.Id, 6, ONE)),
    };
  },

  async edits() {
    const service = signedIn("edits@a.test");
    const series = await tuesdays(service);
    const second = await ews.Appointment.BindToOccurrence(service, series.Id, 2, ONE);
    second.Subject = "Long call";
    second.Start = at("2026-11-11T09:00:00+01:00");
    second.End = at("2026-11-11T10:00:00+01:00");
    await second.Update(ALWAYS, QUIET_UPDATE);
    const third = await ews.Appointment.BindToOccurrence(service, series.Id, 3, ONE);
    await third.Delete(ews.DeleteMode.MoveToDeletedItems, QUIET_DELETE);
    const master = await ews.Appointment.Bind(service, series.Id, SERIES);
    const again = await ews.Appointment.BindToOccurrence(service, series.Id, 2, ONE);
    return {
      exception: [kind(again), again.Subject, start(again), again.Id.UniqueId === second.Id.UniqueId],
      modified: master.ModifiedOccurrences.GetEnumerator().map((one) => [start(one), one.OriginalStart.ToISOString()]),
      deleted: master.DeletedOccurrences.GetEnumerator().map((one) => one.OriginalStart.ToISOString()),
      gone: await refusal(() => ews.Appointment.BindToOccurrence(service, series.Id, 3, ONE)),
    };
  },

  async rules() {
    const service = signedIn("rules@a.test");
    const day = at("2026-11-03T12:00:00Z"); // the library takes its date in the machine's zone
    const rules = {
      daily: new ews.Recurrence.DailyPattern(day, 2),
      monthly: new ews.Recurrence.MonthlyPattern(day, 1, 3),
      relativeMonthly: new ews.Recurrence.RelativeMonthlyPattern(day, 1, ews.DayOfTheWeek.Tuesday, ews.DayOfTheWeekIndex.First),
      yearly: new ews.Recurrence.YearlyPattern(day, ews.Month.November, 3),
      relativeYearly: new ews.Recurrence.RelativeYearlyPattern(day, ews.Month.November, ews.DayOfTheWeek.Tuesday, ews.DayOfTheWeekIndex.First),
    };
    const seen = {};
    for (const [name, rule] of Object.entries(rules)) {
      const event = await made(service, name, "2026-11-03T13:00:00+01:00", "2026-11-03T14:00:00+01:00", (one) => {
        one.Recurrence = rule;
        one.Recurrence.NeverEnds();
      });
      const second = await ews.Appointment.BindToOccurrence(service, event.Id, 2, ONE);
      const master = await ews.Appointment.Bind(service, event.Id, SERIES);
      seen[name] = [start(second), master.Recurrence.constructor.name, master.Recurrence.HasEnd];
    }
    return seen;
  },
};

main(tasks);
