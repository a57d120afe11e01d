/*
 * cmd_witness: `verify witness`, which makes a witness's key, or cosigns the checkpoints of logs
 * until it is told to stop.
 */
#ifndef VERIFY_CMD_WITNESS_H
#define VERIFY_CMD_WITNESS_H

int cmd_witness(int argc, char **argv);

#endif
