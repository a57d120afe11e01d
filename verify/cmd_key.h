/* cmd_key: `verify key`, which prints the key of a log as C2SP clients and witnesses take it. */
#ifndef VERIFY_CMD_KEY_H
#define VERIFY_CMD_KEY_H

int cmd_key(int argc, char **argv);

#endif
