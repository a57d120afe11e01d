#include "log/checkpoint.h"

#include "base/text.h"

enum outcome checkpoint_parse(struct span text, struct checkpoint *out_checkpoint,
                              struct fail *fail)
{
    struct checkpoint found;
    struct span rest = text, size, root;
    if (!span_cut(&rest, '\n', &found.origin) || !span_cut(&rest, '\n', &size) ||
        !span_cut(&rest, '\n', &root))
        return fail_bad(fail, "a checkpoint must have three lines");
    if (rest.len > 0)
        return fail_bad(fail, "a checkpoint of ours has no extension lines");
    if (!note_name_valid(found.origin))
        return fail_bad(fail, "line 1 of a checkpoint must be an origin without spaces");
    if (!decimal_decode(size, &found.size))
        return fail_bad(fail, "line 2 of a checkpoint must be the size in decimal");
    if (!base64_decode_exact(root, found.root.bytes, HASH_BYTES))
        return fail_bad(fail, "line 3 of a checkpoint must be the root in base64");
    *out_checkpoint = found;
    return GOOD;
}
