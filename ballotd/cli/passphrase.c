#include "cli/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <termios.h>
#include <unistd.h>

/* Reads to the first line feed or the end, byte by byte, so that nothing is left in a buffer. */
static enum outcome read_line(int fd, struct passphrase *passphrase, struct fail *fail)
{
    char byte;

    passphrase->text = sodium_malloc(PASSPHRASE_BYTES_MAX);
    if (!passphrase->text)
        return fail_set(fail, BROKEN, "passphrase.memory", "no guarded memory for a passphrase");
    while (read(fd, &byte, 1) == 1 && byte != '\n') {
        if (passphrase->len == PASSPHRASE_BYTES_MAX)
            return fail_set(fail, BAD_INPUT, "passphrase.long", "the passphrase is over %d bytes",
                            PASSPHRASE_BYTES_MAX);
        passphrase->text[passphrase->len++] = byte;
    }
    byte = 0;
    if (passphrase->len == 0)
        return fail_set(fail, BAD_INPUT, "passphrase.empty", "the passphrase is empty");
    return OK;
}

static enum outcome read_file(const char *path, struct passphrase *passphrase, struct fail *fail)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_set(fail, NOT_FOUND, "passphrase.file", "cannot read \"%s\": %s", path,
                        strerror(errno));
    enum outcome outcome = read_line(fd, passphrase, fail);
    if (outcome != OK)
        fail_within(fail, "%s", path);
    close(fd);
    return outcome;
}

static void say(int fd, const char *text)
{
    ssize_t written = write(fd, text, strlen(text));

    (void)written; /* who cannot be asked will type nothing */
}

static enum outcome read_terminal(const char *what, struct passphrase *passphrase,
                                  struct fail *fail)
{
    struct termios before;
    struct termios silent;
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);

    if (fd < 0 || tcgetattr(fd, &before) != 0) {
        if (fd >= 0)
            close(fd);
        return fail_set(fail, NOT_FOUND, "passphrase.terminal",
                        "no terminal to ask for the passphrase for %s: give --passphrase-file",
                        what);
    }
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    say(fd, "Passphrase for ");
    say(fd, what);
    say(fd, ": ");
    (void)tcsetattr(fd, TCSAFLUSH, &silent);
    enum outcome outcome = read_line(fd, passphrase, fail);
    (void)tcsetattr(fd, TCSAFLUSH, &before);
    say(fd, "\n");
    close(fd);
    return outcome;
}

enum outcome passphrase_read(const char *path, const char *what, struct passphrase *out_passphrase,
                             struct fail *fail)
{
    struct passphrase passphrase = {0};
    enum outcome outcome =
        path ? read_file(path, &passphrase, fail) : read_terminal(what, &passphrase, fail);

    if (outcome == OK)
        *out_passphrase = passphrase;
    else
        passphrase_done(&passphrase);
    return outcome;
}

enum outcome passphrase_choose(const char *path, const char *what,
                               struct passphrase *out_passphrase, struct fail *fail)
{
    struct passphrase first, again = {0};
    enum outcome outcome = passphrase_read(path, what, &first, fail);
    if (outcome == OK && !path) {
        outcome = read_terminal("the same once more", &again, fail);
        if (outcome == OK && !span_equal(passphrase_span(&first), passphrase_span(&again)))
            outcome = fail_set(fail, BAD_INPUT, "passphrase.differs",
                               "the two passphrases differ; nothing was made, try again");
        passphrase_done(&again);
        if (outcome != OK)
            passphrase_done(&first);
    }
    if (outcome == OK)
        *out_passphrase = first;
    return outcome;
}

void passphrase_done(struct passphrase *passphrase)
{
    if (passphrase->text)
        sodium_free(passphrase->text);
    *passphrase = (struct passphrase){0};
}
