/* The difference for the board, and the report for the secretary. Declared in roll/difference.h. */
#include "roll/difference.h"

#include "roll/text.h"

static const char *const COUNTS[DIFFERENCE_COUNTS] = {
    [DIFFERENCE_JOINED] = "joined",   [DIFFERENCE_LEFT] = "left",
    [DIFFERENCE_STATUS] = "status",   [DIFFERENCE_UNIT] = "unit",
    [DIFFERENCE_EMAIL] = "email",     [DIFFERENCE_PHONE] = "phone",
    [DIFFERENCE_ADDRESS] = "address", [DIFFERENCE_CONTACT] = "contact",
    [DIFFERENCE_LAPSED] = "lapsed",
};

static const char *const ALARMS[ALARM_KINDS] = {"contact", "joined", "lapsed"};

static const enum difference_count ALARM_COUNTS[ALARM_KINDS] = {
    DIFFERENCE_CONTACT, DIFFERENCE_JOINED, DIFFERENCE_LAPSED};

enum { SMALL_NUMBER = 4 }; /* what one to four people stand as on the board */

const char *difference_count_name(enum difference_count count)
{
    return COUNTS[count];
}

const char *alarm_kind_name(enum alarm_kind kind)
{
    return ALARMS[kind];
}

void difference_put(const struct difference *difference, json_t *object)
{
    for (enum difference_count what = 0; what < DIFFERENCE_BOARD; what++) {
        uint32_t count = difference->counts[what];
        json_put_integer(object, COUNTS[what],
                         count > 0 && count < SMALL_NUMBER ? SMALL_NUMBER : count);
    }
    json_put_integer(object, "alarms", difference->alarm_count);
}

/* -- text ------------------------------------------------------------------------------------- */

static uint32_t percent(uint32_t count, uint32_t of)
{
    return of == 0 ? 0 : (uint32_t)(((uint64_t)count * 100 + of / 2) / of);
}

/* What changed, as the subject of a sentence: "71 of 520 addresses changed". */
static void print_subject(const struct difference_unit *unit, enum alarm_kind kind, struct buf *out)
{
    static const struct {
        enum difference_count count;
        const char *noun;
    } CONTACTS[] = {{DIFFERENCE_ADDRESS, "addresses"},
                    {DIFFERENCE_PHONE, "phones"},
                    {DIFFERENCE_EMAIL, "emails"}};
    const uint32_t *counts = unit->counts;
    if (kind == ALARM_JOINED)
        buf_add_format(out, "%u joined a unit of %u", counts[DIFFERENCE_JOINED], unit->size);
    if (kind == ALARM_LAPSED)
        buf_add_format(out, "%u of %u lapsed or left", counts[DIFFERENCE_LAPSED], unit->size);
    if (kind != ALARM_CONTACT)
        return;
    for (size_t i = 0; i < sizeof(CONTACTS) / sizeof(CONTACTS[0]); i++) {
        if (counts[CONTACTS[i].count] == counts[DIFFERENCE_CONTACT]) {
            buf_add_format(out, "%u of %u %s changed", counts[DIFFERENCE_CONTACT], unit->size,
                           CONTACTS[i].noun);
            return;
        }
    }
    buf_add_format(out,
                   "the contacts of %u of %u people (%u addresses, %u phones, %u emails) changed",
                   counts[DIFFERENCE_CONTACT], unit->size, counts[DIFFERENCE_ADDRESS],
                   counts[DIFFERENCE_PHONE], counts[DIFFERENCE_EMAIL]);
}

static void print_alarm(const struct difference *difference, const struct difference_unit *unit,
                        enum alarm_kind kind, struct buf *out)
{
    uint32_t count = unit->counts[ALARM_COUNTS[kind]];
    buf_add_str(out, "ALARM  ");
    print_subject(unit, kind, out);
    buf_add_str(out, " in ");
    unit_path_print(&unit->path, out);
    if (unit->alarms[kind] == ALARM_HISTORY)
        buf_add_format(out,
                       ": in the %u differences before it was %.1f on average, the alarm is "
                       "at three standard deviations\n",
                       difference->earlier_count, unit->average[kind]);
    else if (unit->size == 0)
        buf_add_str(out, ": nobody was there before, the alarm is at 5 people\n");
    else
        buf_add_format(out, ": %u %%, the alarm is at 5 %%\n", percent(count, unit->size));
}

static void print_alarms(const struct difference *difference, struct buf *out)
{
    for (uint32_t i = 0; i < difference->unit_count; i++) {
        for (enum alarm_kind kind = 0; kind < ALARM_KINDS; kind++) {
            if (difference->units[i].alarms[kind] != ALARM_NONE)
                print_alarm(difference, &difference->units[i], kind, out);
        }
    }
    if (difference->alarm_count == 0)
        buf_add_str(out, "No alarms.\n");
}

static bool changed(const struct difference_unit *unit)
{
    for (enum difference_count what = 0; what < DIFFERENCE_COUNTS; what++) {
        if (unit->counts[what] > 0)
            return true;
    }
    return false;
}

static void print_counts(const uint32_t *counts, struct buf *out)
{
    for (enum difference_count what = 0; what < DIFFERENCE_BOARD; what++)
        buf_add_format(out, " %7u", counts[what]);
}

void difference_print_text(const struct difference *difference, struct span source, uint32_t from,
                           uint32_t to, struct buf *out)
{
    buf_add_str(out, "What changed in ");
    buf_add(out, source);
    buf_add_format(out, " from snapshot %u to snapshot %u\n\n", from, to);
    print_alarms(difference, out);
    buf_add_str(out, "\n joined    left  status    unit   email   phone address  of\n");
    print_counts(difference->counts, out);
    buf_add_str(out, "  all\n");
    for (uint32_t i = 0; i < difference->unit_count; i++) {
        const struct difference_unit *unit = &difference->units[i];
        if (!changed(unit))
            continue;
        print_counts(unit->counts, out);
        buf_add_format(out, "  %u in ", unit->size);
        unit_path_print(&unit->path, out);
        buf_add_byte(out, '\n');
    }
}

/* -- JSON ------------------------------------------------------------------------------------- */

static void print_members(const uint32_t *counts, struct buf *out)
{
    for (enum difference_count what = 0; what < DIFFERENCE_COUNTS; what++)
        buf_add_format(out, ",\"%s\":%u", COUNTS[what], counts[what]);
}

static void print_alarm_objects(const struct difference *difference, struct buf *out)
{
    bool first = true;
    for (uint32_t i = 0; i < difference->unit_count; i++) {
        const struct difference_unit *unit = &difference->units[i];
        for (enum alarm_kind kind = 0; kind < ALARM_KINDS; kind++) {
            if (unit->alarms[kind] == ALARM_NONE)
                continue;
            buf_add_str(out, first ? "{" : ",{");
            buf_add_str(out, "\"path\":");
            unit_path_print_json(&unit->path, out);
            buf_add_format(out, ",\"kind\":\"%s\",\"count\":%u,\"of\":%u,\"why\":\"%s\"}",
                           ALARMS[kind], unit->counts[ALARM_COUNTS[kind]], unit->size,
                           unit->alarms[kind] == ALARM_SHARE ? "share" : "history");
            first = false;
        }
    }
}

void difference_print_json(const struct difference *difference, struct span source, uint32_t from,
                           uint32_t to, struct buf *out)
{
    bool first = true;
    buf_add_str(out, "{\"source\":");
    text_print_json(source, out);
    buf_add_format(out, ",\"from\":%u,\"to\":%u", from, to);
    print_members(difference->counts, out);
    buf_add_str(out, ",\"alarms\":[");
    print_alarm_objects(difference, out);
    buf_add_str(out, "],\"units\":[");
    for (uint32_t i = 0; i < difference->unit_count; i++) {
        const struct difference_unit *unit = &difference->units[i];
        if (!changed(unit))
            continue;
        buf_add_str(out, first ? "{" : ",{");
        buf_add_str(out, "\"path\":");
        unit_path_print_json(&unit->path, out);
        buf_add_format(out, ",\"size\":%u", unit->size);
        print_members(unit->counts, out);
        buf_add_byte(out, '}');
        first = false;
    }
    buf_add_str(out, "]}");
}
