#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Quoted input may hold anything: a report must not be able to move the reader's cursor. */
static void make_printable(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

__attribute__((format(printf, 2, 0))) static void fill(struct fail *fail, const char *format,
                                                       va_list arguments)
{
    if (fail == NULL)
        return;
    (void)vsnprintf(fail->text, sizeof fail->text, format, arguments);
    make_printable(fail->text);
}

enum outcome(fail_bad)(struct fail *fail, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(fail, format, arguments);
    va_end(arguments);
    return BAD;
}

enum outcome(fail_unable)(struct fail *fail, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(fail, format, arguments);
    va_end(arguments);
    return UNABLE;
}

void fail_at(struct fail *fail, const char *format, ...)
{
    if (fail == NULL)
        return;
    struct fail place;
    va_list arguments;
    va_start(arguments, format);
    fill(&place, format, arguments);
    va_end(arguments);

    size_t used = strlen(place.text), room = sizeof place.text - 1 - used;
    size_t kept = strnlen(fail->text, room);
    memcpy(place.text + used, fail->text, kept);
    place.text[used + kept] = '\0';
    memcpy(fail->text, place.text, used + kept + 1);
}
