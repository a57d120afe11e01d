/* Passphrases, from a file or from the terminal; never from the command line, where other users of
 * the machine would see them. Held in guarded memory. */
#ifndef CLI_PASSPHRASE_H
#define CLI_PASSPHRASE_H

#include "base/fail.h"

enum { PASSPHRASE_BYTES_MAX = 1024 };

struct passphrase {
    char *text; /* guarded; not ended by a NUL */
    size_t len;
};

/* The file's first line, or, where path is NULL, what is typed on the terminal after "Passphrase
 * for WHAT: ". BAD_INPUT passphrase.empty, passphrase.long; NOT_FOUND passphrase.file,
 * passphrase.terminal. */
enum outcome passphrase_read(const char *path, const char *what, struct passphrase *out_passphrase,
                             struct fail *fail) MUST_USE;
/* For something new: the terminal asks twice, since nobody sees what is typed and a slip would make
 * a key that nobody can open. BAD_INPUT passphrase.differs. */
enum outcome passphrase_choose(const char *path, const char *what,
                               struct passphrase *out_passphrase, struct fail *fail) MUST_USE;
void passphrase_done(struct passphrase *passphrase); /* wipes; takes what was zeroed */

static inline struct span passphrase_span(const struct passphrase *passphrase)
{
    return span_of(passphrase->text, passphrase->len);
}

#endif
