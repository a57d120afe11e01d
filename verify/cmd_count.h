/* cmd_count: `verify count`, the counter on a .blt file of anybody's. */
#ifndef VERIFY_CMD_COUNT_H
#define VERIFY_CMD_COUNT_H

/* The exit code: 0 counted, 1 the file or the count was refused, 2 usage or an unreadable file. */
int cmd_count(int argc, char **argv);

#endif
