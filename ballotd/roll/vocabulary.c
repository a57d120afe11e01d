#include "roll/vocabulary.h"

/* Phrases are folded and parted by "|". */
static const struct header_word HEADERS[] = {
    {.field = FIELD_MEMBER_NO,
     .phrases = "membership no|membership number|membership id|membership ref|member no|"
                "membership reference|member number|member id|member ref|mem no|mship no|memberid|"
                "membershipid|rhif aelod|rhif aelodaeth|rhif yr aelod"},
    {.field = FIELD_MEMBER_NO,
     .rank = 1,
     .check = "does every source use this id as the member number?",
     .phrases = "contact id|person id"},
    {.field = FIELD_MEMBER_NO,
     .rank = 2,
     .whole = true,
     .check = "is this the member number, and not a number of the line?",
     .phrases = "id|no|number|rhif"},

    {.field = FIELD_NAME, .phrases = "full name|fullname|member name|display name|enw llawn"},
    {.field = FIELD_NAME, .rank = 1, .whole = true, .phrases = "name|enw"},
    {.field = FIELD_NAME,
     .part = PART_FIRST,
     .phrases = "first name|firstname|first names|forename|forenames|given name|enw cyntaf"},
    {.field = FIELD_NAME, .part = PART_MIDDLE, .phrases = "middle name|middle names|enw canol"},
    {.field = FIELD_NAME,
     .part = PART_LAST,
     .phrases = "surname|last name|lastname|family name|cyfenw"},

    {.field = FIELD_EMAIL,
     .phrases = "email|e mail|email address|e mail address|e bost|ebost|cyfeiriad e bost|"
                "cyfeiriad ebost"},
    {.field = FIELD_PHONE, .phrases = "mobile|mob|cell|ffon symudol|symudol"},
    {.field = FIELD_PHONE, .rank = 1, .phrases = "phone|telephone|tel|ffon"},
    {.field = FIELD_PHONE, .rank = 2, .phrases = "home phone|landline|ffon gartref"},
    {.field = FIELD_PHONE, .rank = 3, .phrases = "work phone|ffon gwaith"},

    {.field = FIELD_ADDRESS,
     .phrases = "address|address1|address2|address3|address4|addr|street|town|city|cyfeiriad|"
                "stryd|tref|dinas"},
    {.field = FIELD_ADDRESS, .whole = true, .phrases = "county|sir"},
    {.field = FIELD_POSTCODE, .phrases = "postcode|post code|postal code|cod post"},

    {.field = FIELD_NATION, .phrases = "nation|cenedl"},
    {.field = FIELD_REGION,
     .check = "name or code? Rules compare byte for byte",
     .phrases = "region|rhanbarth"},
    {.field = FIELD_CONSTITUENCY,
     .check = "name or code? Rules compare byte for byte",
     .phrases = "clp|constituency|etholaeth"},
    {.field = FIELD_CONSTITUENCY,
     .rank = 1,
     .check = "is this the constituency that the rules mean?",
     .phrases = "westminster constituency|parliamentary constituency|senedd constituency|"
                "etholaeth senedd|etholaeth san steffan"},
    {.field = FIELD_BRANCH,
     .check = "name or code? Rules compare byte for byte",
     .phrases = "branch|cangen"},
    {.field = FIELD_BRANCH,
     .rank = 1,
     .check = "is a ward a unit of this body?",
     .phrases = "ward"},

    {.field = FIELD_KIND,
     .phrases = "membership type|member type|membership category|member category|"
                "membership class|math o aelod|math o aelodaeth|math aelodaeth"},
    {.field = FIELD_KIND, .rank = 1, .whole = true, .phrases = "type|category|math"},
    {.field = FIELD_STATUS, .phrases = "membership status|member status|statws aelodaeth"},
    {.field = FIELD_STATUS, .rank = 1, .phrases = "status|statws"},

    {.field = FIELD_JOINED_ON,
     .phrases = "joined|date joined|join date|joining date|date of joining|member since|ymunodd|"
                "dyddiad ymuno"},
    {.field = FIELD_JOINED_ON,
     .rank = 1,
     .check = "the day of joining, or when the latest year of membership began?",
     .phrases = "start date|dyddiad dechrau"},
    {.field = FIELD_PAID_UNTIL,
     .phrases = "paid until|paid to|paid up to|paid through|talwyd hyd|wedi talu hyd"},
    {.field = FIELD_PAID_UNTIL,
     .rank = 1,
     .check = "the last day paid for, or the first that is not? Rules read it as the last",
     .phrases = "renewal date|renewal|renewal due|expiry date|expiry|expires|end date|"
                "dyddiad adnewyddu|dyddiad dod i ben"},
    {.field = FIELD_BORN_ON,
     .check = "keep it only if a rule asks for an age; otherwise take the column out",
     .phrases = "dob|date of birth|birth date|birthdate|dyddiad geni"},

    {.field = FIELD_MAX, .attribute = "x.owed", .phrases = "owed|amount owed|amount due|dyled"},
    {.field = FIELD_MAX, .attribute = "x.owed", .rank = 1, .phrases = "arrears|ol ddyledion"},
    {.field = FIELD_MAX,
     .attribute = "x.owed",
     .rank = 2,
     .check = "is what is owed above zero, or below it?",
     .phrases = "balance"},
};

/* Data minimisation: what no rule of a ballot can need. */
static const struct {
    const char *why, *phrases;
} UNNEEDED[] = {
    {"how somebody pays decides nothing about a vote",
     "bank|banc|sort code|account number|account no|account name|iban|mandate|direct debit|"
     "payment method|payment type|card|dull talu"},
    {"free text can hold anything about anybody",
     "note|notes|comment|comments|remarks|nodiadau|sylwadau"},
    {"it is of the most protected kind of personal data, and no rule may rest on it",
     "ethnicity|ethnic|race|religion|faith|belief|gender|sex|sexual|sexuality|orientation|"
     "disability|disabled|health|pronouns|nationality|marital|ethnigrwydd|crefydd|rhyw|rhywedd|"
     "anabledd|iechyd"},
    {"what somebody gave decides nothing about a vote",
     "donation|donations|donor|gift aid|rhodd|rhoddion"},
    {"what mail somebody wants decides nothing about a vote",
     "consent|opt in|opt out|do not|newsletter|mailing|gdpr|unsubscribed|caniatad"},
    {"it is not needed here and dangerous to hold",
     "password|national insurance|ni number|nino|passport|cyfrinair"},
    {"the ballot is the same however somebody is addressed", "title|salutation|teitl"},
    {"codes go by e-mail or post, not there", "twitter|facebook|instagram|linkedin"},
};

static const struct {
    const char *ours, *theirs;
} STATUSES[] = {
    {"active", "active|current|live|dd live|paid|paid up|fully paid|good standing|"
               "in good standing|cyfredol|gweithredol"},
    {"grace", "grace|in grace|grace period|cyfnod gras"},
    {"arrears", "arrears|in arrears|overdue|ol ddyledion|mewn ol ddyled"},
    {"pending", "pending|awaiting approval|applicant|yn aros"},
    {"suspended", "suspended|susp|ataliwyd|wedi i atal"},
    {"lapsed", "lapsed|expired|wedi dod i ben"},
    {"resigned", "resigned|ymddiswyddodd|wedi ymddiswyddo"},
    {"expelled", "expelled|diarddelwyd|wedi i ddiarddel"},
    {"deceased", "deceased|died|bu farw|wedi marw"},
};

static const char *const MARKS[VOCABULARY_MARKS] = {
    "-",       "--",      "N/A", "n/a",      "NULL",       "null",       "None", "none",
    "Unknown", "unknown", "TBC", "Anhysbys", "0000-00-00", "00/00/0000", "?",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The letters that Welsh writes with an accent, as UTF-8, and what they are without. */
static uint8_t plain_letter(struct span letter)
{
    static const struct {
        const char *letter;
        uint8_t plain;
    } LETTERS[] = {
        {"â", 'a'}, {"Â", 'a'}, {"á", 'a'}, {"à", 'a'}, {"ä", 'a'}, {"ê", 'e'}, {"Ê", 'e'},
        {"é", 'e'}, {"è", 'e'}, {"ë", 'e'}, {"î", 'i'}, {"Î", 'i'}, {"í", 'i'}, {"ï", 'i'},
        {"ô", 'o'}, {"Ô", 'o'}, {"ó", 'o'}, {"ö", 'o'}, {"û", 'u'}, {"Û", 'u'}, {"ú", 'u'},
        {"ü", 'u'}, {"ŵ", 'w'}, {"Ŵ", 'w'}, {"ŷ", 'y'}, {"Ŷ", 'y'},
    };
    for (size_t i = 0; i < COUNT(LETTERS); i++) {
        if (span_is(letter, LETTERS[i].letter))
            return LETTERS[i].plain;
    }
    return ' ';
}

void vocabulary_fold(struct span text, struct buf *out)
{
    size_t start = out->len;
    size_t at = 0;
    while (at < text.len) {
        size_t len = span_utf8_char(span_of(text.ptr + at, text.len - at));
        uint8_t byte = text.ptr[at];
        if (len > 1)
            byte = plain_letter(span_of(text.ptr + at, len));
        else if (byte >= 'A' && byte <= 'Z')
            byte |= 0x20;
        at += len > 0 ? len : 1;
        bool kept = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
        if (kept)
            buf_add_byte(out, byte);
        else if (out->len > start && out->bytes[out->len - 1] != ' ')
            buf_add_byte(out, ' ');
    }
    if (out->len > start && out->bytes[out->len - 1] == ' ')
        out->len--;
}

/* Does the phrase stand in the text as whole words? */
static bool holds(struct span text, struct span phrase)
{
    for (size_t at = 0; at + phrase.len <= text.len; at++) {
        size_t end = at + phrase.len;
        if ((at == 0 || text.ptr[at - 1] == ' ') && (end == text.len || text.ptr[end] == ' ') &&
            memcmp(text.ptr + at, phrase.ptr, phrase.len) == 0)
            return true;
    }
    return false;
}

/* The length of the longest of the phrases that the text is, or (unless `whole`) holds. */
static size_t longest(struct span text, const char *phrases, bool whole)
{
    struct span rest = span_str(phrases);
    struct span phrase;
    size_t len = 0;
    while (rest.len > 0) {
        if (!span_cut(&rest, '|', &phrase)) {
            phrase = rest;
            rest.len = 0;
        }
        if (phrase.len > len && (whole ? span_equal(text, phrase) : holds(text, phrase)))
            len = phrase.len;
    }
    return len;
}

const struct header_word *vocabulary_header(struct span folded, bool *out_exact)
{
    const struct header_word *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < COUNT(HEADERS); i++) {
        size_t len = longest(folded, HEADERS[i].phrases, HEADERS[i].whole);
        if (len > most) {
            most = len;
            best = &HEADERS[i];
        }
    }
    *out_exact = most == folded.len;
    return best;
}

const char *vocabulary_unneeded(struct span folded)
{
    for (size_t i = 0; i < COUNT(UNNEEDED); i++) {
        if (longest(folded, UNNEEDED[i].phrases, false) > 0)
            return UNNEEDED[i].why;
    }
    return NULL;
}

const char *vocabulary_status(struct span folded)
{
    for (size_t i = 0; i < COUNT(STATUSES); i++) {
        if (longest(folded, STATUSES[i].theirs, true) > 0)
            return STATUSES[i].ours;
    }
    return NULL;
}

const char *vocabulary_mark(int place)
{
    return MARKS[place];
}

int vocabulary_find_mark(struct span text)
{
    for (int i = 0; i < VOCABULARY_MARKS; i++) {
        if (span_is(text, MARKS[i]))
            return i;
    }
    return -1;
}
