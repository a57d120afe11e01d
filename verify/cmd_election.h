/*
 * cmd_election: questions to a bundle that is verified first.
 *
 * `verify mine` finds a voter's own entries from the code, `verify sample` draws whom scrutineers
 * ask after the close, `verify ballot` checks a ballot that was opened instead of cast, `verify
 * entry` a member's own entry of the roll. All end with 1 if the bundle itself does not verify: an
 * answer from a wrong bundle is worth nothing.
 */
#ifndef VERIFY_CMD_ELECTION_H
#define VERIFY_CMD_ELECTION_H

int cmd_mine(int argc, char **argv);
int cmd_sample(int argc, char **argv);
int cmd_ballot(int argc, char **argv);
int cmd_entry(int argc, char **argv);

#endif
