#include "http/shelf.h"

#include "check.h"

enum { BIG = 100000 };

static struct shelved *put(struct shelf *shelf, const char *path, size_t bytes, uint8_t fill)
{
    struct buf body;
    buf_init(&body, (size_t)1 << 20);
    uint8_t *room = buf_extend(&body, bytes);
    if (room)
        memset(room, fill, bytes);
    struct shelved *shelved = shelf_put(shelf, path, &body);
    CHECK_UINT(body.len, shelved ? 0 : bytes);
    buf_done(&body);
    return shelved;
}

static void check_there(struct shelf *shelf, const char *path, bool there, uint8_t fill)
{
    struct shelved *shelved = shelf_take(shelf, path);

    if (CHECK_INT(shelved != NULL, there) && shelved) {
        CHECK_UINT(shelved_span(shelved).len, BIG);
        CHECK_UINT(shelved_span(shelved).ptr[BIG - 1], fill);
    }
    shelf_give_back(shelved);
}

static void test_room(void)
{
    struct shelf *shelf = shelf_new(3UL * BIG);

    check_case("the one not asked for the longest makes room");
    shelf_give_back(put(shelf, "a", BIG, 1));
    shelf_give_back(put(shelf, "b", BIG, 2));
    shelf_give_back(put(shelf, "c", BIG, 3));
    check_there(shelf, "a", true, 1);
    shelf_give_back(put(shelf, "d", BIG, 4));
    check_there(shelf, "b", false, 0);
    check_there(shelf, "a", true, 1);
    check_there(shelf, "c", true, 3);
    check_there(shelf, "d", true, 4);
    shelf_free(shelf);
}

static void test_readers(void)
{
    struct shelf *shelf = shelf_new(2UL * BIG);

    check_case("what is being read stays");
    struct shelved *a = put(shelf, "a", BIG, 1);
    struct shelved *b = put(shelf, "b", BIG, 2);
    CHECK(!put(shelf, "c", BIG, 3));
    shelf_give_back(a);
    struct shelved *c = put(shelf, "c", BIG, 3);
    CHECK(c != NULL);
    check_there(shelf, "a", false, 0);
    check_there(shelf, "b", true, 2);

    check_case("the second of two who were equally quick gets the first one's");
    CHECK(put(shelf, "b", BIG, 9) == b);
    check_there(shelf, "b", true, 2);
    shelf_give_back(b);
    shelf_give_back(b);
    shelf_give_back(c);
    shelf_free(shelf);
}

static void test_refused(void)
{
    struct shelf *shelf = shelf_new(2UL * BIG);

    check_case("small, and larger than the shelf");
    CHECK(!put(shelf, "small", SHELF_BYTES_MIN - 1, 1));
    CHECK(!put(shelf, "large", 2UL * BIG + 1, 1));
    CHECK(!shelf_take(shelf, "small"));
    CHECK(!shelf_take(shelf, ""));
    shelf_give_back(NULL);
    shelf_free(shelf);
}

static void test_places(void)
{
    struct shelf *shelf = shelf_new((size_t)1 << 30);
    char path[16];

    check_case("more than there are places");
    for (unsigned i = 0; i < 3 * SHELF_PLACES; i++) {
        snprintf(path, sizeof path, "%u", i);
        shelf_give_back(put(shelf, path, BIG, (uint8_t)i));
    }
    check_there(shelf, path, true, 3 * SHELF_PLACES - 1);
    check_there(shelf, "0", false, 0);
    shelf_free(shelf);
}

int main(void)
{
    test_room();
    test_readers();
    test_refused();
    test_places();
    return check_end("http_shelf");
}
