#include "bundle/path.h"

static bool is_name_byte(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '.' ||
           byte == '_' || byte == '-';
}

bool path_valid(struct span path)
{
    if (path.len == 0 || path.len > PATH_BYTES || path.ptr[path.len - 1] == '/')
        return false;
    bool begins = true; /* a component begins here */
    for (size_t i = 0; i < path.len; i++) {
        uint8_t byte = path.ptr[i];
        if (begins ? !is_name_byte(byte) || byte == '.' : !is_name_byte(byte) && byte != '/')
            return false;
        begins = byte == '/';
    }
    return true;
}
