/* random_cases SEED DIR: a random board of snapshots, cases, rolls and appointments, on which the
 * daemon's case book says what it takes, so that another case book can be asked the same. The same
 * seed gives the same files everywhere; DIR must exist. It gets
 *
 *   terms     the election: lines of a word and its values, see print_terms()
 *   steps     the board, an entry a line; also the statements that were refused, at their place:
 *               officer ID KEY ROLES UNTIL     snapshot LEAF SOURCE ROWS     roll LEAF     freeze
 *               case AT BYTES KIND CODE        (of the refusal, or "ok")
 *   notes     the notes of all cases' statements, one after the other
 *
 * and prints "N taken" or "N refused" for each statement, then a line for each case in the order in
 * which they were raised:
 *
 *   case NUMBER STATE EFFECT open proposed notified; [in force as the Nth at T, reply over]
 *
 * docs/roll.md section 7. */
#include "log/merkle.h"
#include "random_board.h"

/* -- the next statement ----------------------------------------------------------------------- */

struct draft_note {
    enum statement_kind kind;
    const struct variance_case *of; /* NULL: of none that there is */
    const char *word;               /* who raises or appeals, or as what one countersigns */
    struct buf text, note;
    int64_t at_s;
};

/* What would come next in such a case. */
static enum statement_kind likely_kind(const struct variance_case *of)
{
    switch (of->state) {
    case CASE_RAISED:
        return rarely(8) ? STATEMENT_WITHDRAWAL : STATEMENT_EVIDENCE;
    case CASE_EVIDENCED:
        return rarely(3) ? STATEMENT_EVIDENCE : STATEMENT_PROPOSAL;
    case CASE_PROPOSED:
        if (case_is_removal(of) && !of->notified && !rarely(4))
            return STATEMENT_NOTIFICATION;
        return rarely(4) ? STATEMENT_PROPOSAL + draw(3) : STATEMENT_DECISION;
    case CASE_APPEALED:
        return rarely(4) ? STATEMENT_EVIDENCE : STATEMENT_DECISION;
    case CASE_UPHELD:
        return of->lacks_officer || of->lacks_scrutineer ? STATEMENT_COUNTERSIGNATURE
                                                         : STATEMENT_APPEAL;
    default:
        return STATEMENT_APPEAL;
    }
}

static void draw_kind(struct draft_note *made)
{
    const struct casebook *book = &world.book;
    bool recent = rarely(narrow ? 1 : 2) && book->case_count > 3;
    made->of = book->case_count == 0 ? NULL
               : recent              ? &book->cases[book->case_count - 1 - draw(3)]
                                     : &book->cases[draw(book->case_count)];
    if (made->of == NULL || rarely(narrow ? 2 : book->case_count > 3 ? 20 : 5))
        made->kind = STATEMENT_VARIANCE;
    else if (narrow && !rarely(5))
        made->kind = STATEMENT_EVIDENCE;
    else if (rarely(8))
        made->kind = (enum statement_kind)draw(STATEMENT_KINDS);
    else
        made->kind = likely_kind(made->of);
    if (rarely(40))
        made->of = NULL;
}

static void draw_word(struct draft_note *made)
{
    made->word = rarely(narrow ? 2 : 4) ? "member" : "officer";
    if (made->kind == STATEMENT_VARIANCE && rarely(6))
        made->word = "machine";
    if (made->kind == STATEMENT_COUNTERSIGNATURE)
        made->word =
            made->of != NULL && made->of->lacks_scrutineer && !rarely(4) ? "scrutineer" : "officer";
    if (rarely(60))
        made->word = "nobody";
}

/* Around the deadlines of the case, or a little later than the latest entry. */
static void draw_time(struct draft_note *made)
{
    const struct casebook *book = &world.book;
    int64_t at_s = world.at_s + (rarely(6) ? draw(3 * DAY) : draw(4 * HOUR));
    if (made->of != NULL && rarely(3)) {
        if (made->kind == STATEMENT_APPEAL)
            at_s = calendar_deadline(&world.times.calendar, made->of->decided_at_s,
                                     world.times.appeal_within);
        else if (made->of->notified && rarely(2))
            at_s = case_reply_ends(book, made->of);
        else
            at_s = case_deadline(book, made->of);
        at_s += draw(2);
    }
    made->at_s = at_s < world.at_s ? world.at_s : at_s;
}

static const struct hash32 *answered(const struct draft_note *made)
{
    const struct casebook *book = &world.book;
    bool of_snapshot = made->kind == STATEMENT_VARIANCE || made->kind == STATEMENT_EXCLUSIONS;
    if (rarely(20) || (!of_snapshot && made->kind != STATEMENT_IRREGULARITY && made->of == NULL))
        return &world.leaves[draw(world.leaf_count)];
    if (made->kind == STATEMENT_IRREGULARITY)
        return &book->roll;
    if (!of_snapshot)
        return &made->of->latest;
    unsigned back = made->kind == STATEMENT_VARIANCE ? draw(book->snapshot_count) : 0;
    return &book->snapshots[book->snapshot_count - 1 - back].leaf;
}

static void add_head(struct draft_note *made)
{
    struct buf *out = &made->text;
    long long number = casebook_next_number(&world.book);
    if (made->kind != STATEMENT_VARIANCE && made->of != NULL)
        number = made->of->number;
    if (rarely(50))
        number = (long long[]){0, 1, INT32_MAX, INT32_MAX + 1LL}[draw(4)];
    buf_add_format(out, "{\"kind\":\"%s\",\"origin\":\"%s\",\"context\":\"",
                   case_statement_name(made->kind), rarely(80) ? ORIGIN "x" : ORIGIN);
    hex_add(out, span_of(rarely(80) ? world.roll_key : world.context, HASH_BYTES));
    buf_add_str(out, "\",\"answers\":\"");
    add_hash(out, answered(made));
    buf_add_byte(out, '"');
    if (made->kind != STATEMENT_EXCLUSIONS && made->kind != STATEMENT_IRREGULARITY)
        buf_add_format(out, ",\"case\":%lld", number);
}

static void draw_text(struct draft_note *made)
{
    unsigned number = draw(PEOPLE);
    for (unsigned i = 0; made->of != NULL && i < PEOPLE; i++)
        if (case_same_hash(&pool[i].pseudonym, &made->of->subjects[0]))
            number = pool[i].number;
    buf_init(&made->text, 1 << 18);
    add_head(made);
    add_body(&made->text, made->kind, made->word, number);
    buf_add_str(&made->text, "}\n");
    if (rarely(30))
        spoil(&made->text);
}

/* -- who signs -------------------------------------------------------------------------------- */

static bool has_acted(const struct variance_case *of, const struct officer *officer)
{
    for (uint32_t i = 0; of != NULL && i < of->step_count; i++)
        if (strcmp(of->steps[i].signer.id, officer->id) == 0)
            return true;
    return false;
}

/* Whether guards 1, 8 and 9 would let him sign: a guess, so that most statements come further. */
static bool fits(const struct draft_note *made, const struct officer *officer)
{
    unsigned wanted = OFFICER_RETURNING | OFFICER_SECRETARY | OFFICER_DEPUTY;
    bool fresh = made->kind == STATEMENT_DECISION || made->kind == STATEMENT_COUNTERSIGNATURE;
    if (made->kind == STATEMENT_COUNTERSIGNATURE && strcmp(made->word, "scrutineer") == 0)
        wanted = OFFICER_SCRUTINEER;
    if (made->kind == STATEMENT_DECISION && made->of != NULL &&
        made->at_s > case_deadline(&world.book, made->of))
        wanted = OFFICER_DEPUTY | OFFICER_PANEL;
    bool over = officer->until_s != 0 && made->at_s >= officer->until_s;
    return !over && (officer->roles & wanted) != 0 && (officer->roles & OFFICER_BARRED) == 0 &&
           !(fresh && has_acted(made->of, officer));
}

static const char *draw_signer(const struct draft_note *made)
{
    const struct officer *officers = world.state->officers;
    unsigned count = world.state->officer_count;
    bool theirs = (made->kind == STATEMENT_VARIANCE && strcmp(made->word, "officer") != 0) ||
                  (made->kind == STATEMENT_APPEAL && strcmp(made->word, "member") == 0);
    if (theirs ? !rarely(10) : rarely(60))
        return "";
    if (narrow && made->kind == STATEMENT_EVIDENCE && !rarely(4))
        return "bob";
    if (made->kind == STATEMENT_WITHDRAWAL && made->of != NULL && !rarely(3))
        return made->of->raised_by.id;
    for (unsigned tries = 0, from = draw(count); tries < count && !rarely(40); tries++)
        if (fits(made, &officers[(from + tries) % count]))
            return officers[(from + tries) % count].id;
    return rarely(20) ? "zed" : officers[draw(count)].id;
}

/* The signature of this officer ("": the authority), sometimes with the key of another. */
static void sign(struct draft_note *made, const char *id)
{
    const struct officer *officer = state_officer(world.state, span_str(id));
    unsigned at = id[0] == '\0' ? AUTHORITY : STRANGER;
    for (unsigned i = 0; officer != NULL && i < KEYS; i++)
        if (memcmp(world.keys[i], officer->key, KEY_BYTES) == 0)
            at = i;
    struct note_signer signer = {.secret = world.secrets[rarely(60) ? draw(KEYS) : at]};
    const uint8_t *key = rarely(60) ? world.keys[draw(KEYS)] : world.keys[at];
    must(definition_key(ORIGIN, id[0] == '\0' ? NAME_AUTHORITY : NAME_OFFICER, id, key, &signer.key,
                        &fail),
         "key");
    note_sign(buf_span(&made->text), &signer, &made->note);
}

static void draw_note(struct draft_note *made)
{
    buf_init(&made->note, 1 << 19);
    note_print_text(buf_span(&made->text), &made->note);
    if (!rarely(100))
        sign(made, draw_signer(made));
    if (rarely(80))
        sign(made, draw_signer(made));
}

/* -- taking it -------------------------------------------------------------------------------- */

/* As custody does: who signed, with the roles of then, and the guards. */
static enum outcome take(const struct draft_note *made)
{
    struct note note;
    const struct officer *officer = NULL;
    struct case_note of = {.note = buf_span(&made->note), .at_s = made->at_s};
    enum outcome outcome = note_read(of.note, &note, &fail);
    if (outcome == OK)
        outcome = state_signed_by(world.state, &note, made->at_s, &officer, &of.roles, &fail);
    if (outcome != OK)
        return outcome;
    of.text = note.text;
    of.is_authority = officer == NULL;
    of.signer = span_str(officer != NULL ? officer->id : "");
    of.key = officer != NULL ? officer->key : world.keys[AUTHORITY];
    return casebook_add(&world.book, &of, &fail);
}

static void keep_leaf(struct span note)
{
    struct merkle_hash hash;
    merkle_leaf(note, &hash);
    memcpy(world.leaves[world.leaf_count++].bytes, hash.bytes, HASH_BYTES);
}

static void state_one(void)
{
    struct draft_note made = {.kind = STATEMENT_VARIANCE};
    draw_kind(&made);
    draw_word(&made);
    draw_time(&made);
    draw_text(&made);
    draw_note(&made);
    enum outcome outcome = take(&made);
    struct span note = buf_span(&made.note);
    fprintf(world.steps, "case %lld %zu %s %s\n", (long long)made.at_s, note.len,
            case_statement_name(made.kind), outcome == OK ? "ok" : fail.code);
    fwrite(note.ptr, 1, note.len, world.notes);
    printf("%u %s\n", ++world.statements, outcome == OK ? "taken" : "refused");
    if (outcome == OK) {
        keep_leaf(note);
        world.at_s = made.at_s;
    }
    buf_done(&made.text);
    buf_done(&made.note);
}

/* -- how the cases stand in the end ----------------------------------------------------------- */

static unsigned force_rank(const struct variance_case *of)
{
    unsigned rank = 0;
    for (uint32_t i = 0; i < world.book.case_count; i++) {
        uint32_t order = world.book.cases[i].force_order;
        rank += order != 0 && order <= of->force_order;
    }
    return rank;
}

static void print_case(const struct variance_case *of)
{
    printf("case %u %s %s%s%s%s;", of->number, case_state_name(of->state),
           case_effect_name(of->effect.what), case_is_open(of) ? " open" : "",
           of->has_proposal ? " proposed" : "", of->notified ? " notified" : "");
    if (of->force_order != 0)
        printf(" in force as %u at %lld%s", force_rank(of), (long long)of->force_at_s,
               of->reply_over ? ", reply over" : "");
    putchar('\n');
}

static void end(void)
{
    for (uint32_t i = 0; i < world.book.case_count; i++)
        print_case(&world.book.cases[i]);
    fclose(world.steps);
    fclose(world.notes);
    casebook_done(&world.book);
    calendar_done(&world.times.calendar);
    rules_done(&world.rules);
    sources_done(&world.sources);
    world.state->definition = NULL; /* not the state's */
    state_free(world.state);
}

int main(int argc, char **argv)
{
    if (argc != 3 || sodium_init() < 0) {
        fputs("random_cases SEED DIR\n", stderr);
        return 2;
    }
    draw_state = strtoull(argv[1], NULL, 10);
    begin(argv[2]);
    unsigned count = narrow ? 100 : 12 + draw(38);
    enter_snapshot();
    if (rarely(2))
        enter_snapshot();
    while (world.statements < count) {
        enter_other();
        state_one();
    }
    end();
    return 0;
}
