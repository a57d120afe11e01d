#include "store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "store/sqlite.h"

enum { PATH_BYTES = 4096 };

/* All pages in one step, so within one read transaction: what is copied is one state. */
static enum outcome copy_pages(struct conn *conn, const char *path, struct fail *fail)
{
    sqlite3 *copy = NULL;
    sqlite3_backup *backup = NULL;
    int code = sqlite3_open(path, &copy);
    if (code == SQLITE_OK && (backup = sqlite3_backup_init(copy, "main", conn->db, "main")))
        sqlite3_backup_step(backup, -1);
    if (backup)
        sqlite3_backup_finish(backup);
    code = copy ? sqlite3_errcode(copy) : SQLITE_NOMEM;
    enum outcome outcome = OK;
    if (code != SQLITE_OK)
        outcome = fail_set(fail, BROKEN, "store.backup", "cannot copy %s.db to %s: %s",
                           conn->schema->name, path, copy ? sqlite3_errmsg(copy) : "out of memory");
    sqlite3_close(copy);
    return outcome;
}

static bool sync_path(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return good;
}

/* link() fails where rename() would replace. */
static enum outcome give_name(const char *draft, const char *path, struct fail *fail)
{
    char folder[PATH_BYTES];
    snprintf(folder, sizeof folder, "%s", path);
    if (!sync_path(draft) || link(draft, path) != 0 || !sync_path(dirname(folder)))
        return fail_set(fail, errno == EEXIST ? CONFLICT : BROKEN, "store.backup",
                        "cannot finish the copy %s: %s", path, strerror(errno));
    return OK;
}

enum outcome backup_copy(struct conn *conn, const char *path, struct fail *fail)
{
    char draft[PATH_BYTES];
    if (file_exists(path))
        return fail_set(fail, CONFLICT, "store.backup", "%s exists already: choose another name",
                        path);
    int len = snprintf(draft, sizeof draft, "%s.part", path);
    if (len < 0 || (size_t)len >= sizeof draft)
        return fail_set(fail, BROKEN, "store.backup", "%s: the path is too long", path);
    unlink(draft);
    enum outcome outcome = copy_pages(conn, draft, fail);
    if (outcome == OK)
        outcome = give_name(draft, path, fail);
    unlink(draft);
    return outcome;
}
