/*
 * checks: every check that a verifier makes, with its stable id and what holds when it passes.
 *
 * The one table from which the report, its JSON and its HTML are made. The ids are those of
 * docs/protocol.md section 12 and never change their meaning.
 */
#ifndef VERIFY_REPORT_CHECKS_H
#define VERIFY_REPORT_CHECKS_H

#define CHECKS(X)                                                                                  \
    X(TRUST_KEY, "TRUST.key", "the log key is the one that was given")                             \
    X(LOG_CHECKPOINT, "LOG.checkpoint", "the checkpoint is this log's and signed by its key")      \
    X(LOG_ENTRIES, "LOG.entries", "every entry is there, and no more than the checkpoint says")    \
    X(LOG_ROOT, "LOG.root", "the root over all entries is the checkpoint's")                       \
    X(LOG_TILES, "LOG.tiles", "every hash tile is there and is what the entries give")             \
    X(LOG_CONSISTENCY, "LOG.consistency", "an older checkpoint is of the same log")                \
    X(LOG_WITNESS, "LOG.witness", "the cosignatures satisfy the definition's policy")              \
    X(LOG_BLOBS, "LOG.blobs", "every blob that an entry names is there with its size and hash")    \
    X(LOG_EXTRA, "LOG.extra", "nothing else is in the bundle")                                     \
    X(STATE_FORM, "STATE.form", "every entry has exactly its kind's members, in order and range")  \
    X(STATE_ORDER, "STATE.order", "the entries stand in an order that the protocol allows")        \
    X(STATE_DEFINITION, "STATE.definition", "definition, contests and roles are consistent")       \
    X(STATE_AMEND, "STATE.amend", "amendments are of the allowed sorts")                           \
    X(STATE_TIMETABLE, "STATE.timetable", "the vote was opened and closed in time")                \
    X(STATE_CLOSE, "STATE.close", "the election was carried to its end")                           \
    X(SIGN_SIGNATURE, "SIGN.signature", "every signature is valid, with strict encodings")         \
    X(SIGN_SIGNERS, "SIGN.signers", "the signers are those required, in their roles")              \
    X(SIGN_FOUR_EYES, "SIGN.four-eyes", "where two must sign, two different people did")           \
    X(SIGN_CONTEXT, "SIGN.context", "every statement was made for this election and stage")        \
    X(SIGN_ANSWERS, "SIGN.answers", "every statement answers the entry that it must")              \
    X(ROLL_ACCOUNT, "ROLL.account", "the account of each version of the roll adds up")             \
    X(ROLL_ISSUE, "ROLL.issue", "the credentials issued are sorted, single, and as the roll says") \
    X(ROLL_REISSUE, "ROLL.reissue", "reissues were ordered; nothing kills a used credential")      \
    X(ANNEX_MANIFEST, "ROLL.manifest", "the annex is the one whose digest is on the board")        \
    X(ANNEX_SNAPSHOT, "ROLL.snapshot", "snapshots and mappings are those committed to")            \
    X(ANNEX_CASES, "ROLL.cases", "every case is a sound chain of signed statements")               \
    X(ANNEX_EVIDENCE, "ROLL.evidence", "each piece of evidence is there and is the one named")     \
    X(ANNEX_DIFFERENCE, "ROLL.difference", "each difference is what its two snapshots give")       \
    X(ANNEX_DERIVE, "ROLL.derive", "snapshots, rules and cases give exactly the sealed roll")      \
    X(ANNEX_PROVISIONAL, "ROLL.provisional", "exactly the provisional ballots upheld count")       \
    X(ANNEX_BINDINGS, "ROLL.bindings", "each credential belongs to exactly one leaf of the roll")  \
    X(KEY_COMMIT, "KEY.commit", "coefficients match the commitments; stages in order")             \
    X(KEY_PROOF, "KEY.proof", "every coefficient is known to its trustee")                         \
    X(KEY_COMPLAINT, "KEY.complaint", "complaints are proved; restarts leave out the right one")   \
    X(KEY_ACCEPT, "KEY.accept", "every participant accepted this transcript and key")              \
    X(KEY_PUBLIC, "KEY.public", "the election's keys are what the coefficients give")              \
    X(BALLOT_FORM, "BALLOT.form", "every ballot has its length and proper encodings")              \
    X(BALLOT_PROOF, "BALLOT.proof", "every ballot's proofs of knowledge hold")                     \
    X(BALLOT_ALPHA, "BALLOT.alpha", "no ciphertext was copied from another ballot")                \
    X(BALLOT_ONE, "BALLOT.one", "one ballot per credential, or a sound sequence")                  \
    X(BALLOT_CREDENTIAL, "BALLOT.credential", "each ballot's credential was issued and lives")     \
    X(BALLOT_PAPER, "BALLOT.paper", "papers are sound, and each ballot is on its style's")         \
    X(FREEZE_TREE, "FREEZE.tree", "the freeze names the tree as it stood")                         \
    X(FREEZE_LISTS, "FREEZE.lists", "the frozen lists are exactly the ballots that count")         \
    X(MIX_FORM, "MIX.form", "mixes are well formed and follow one upon the other")                 \
    X(MIX_PROOF, "MIX.proof", "every mix only permuted and re-encrypted")                          \
    X(MIX_QUORUM, "MIX.quorum", "enough different trustees mixed each box")                        \
    X(DECRYPT_FORM, "DECRYPT.form", "decryption shares are well formed, of the last list")         \
    X(DECRYPT_PROOF, "DECRYPT.proof", "every decryption share is proved")                          \
    X(DECRYPT_QUORUM, "DECRYPT.quorum", "enough trustees decrypted, those that the result names")  \
    X(DECRYPT_PLAINTEXT, "DECRYPT.plaintext", "the plaintexts are what the shares give")           \
    X(COUNT_LOTS, "COUNT.lots", "the lots revealed are those committed to")                        \
    X(COUNT_PAPERS, "COUNT.papers", "the papers are what the plaintexts say")                      \
    X(COUNT_SHEET, "COUNT.sheet", "every figure of every stage is right")                          \
    X(COUNT_ACCOUNT, "COUNT.account", "the account of credentials and papers is right")            \
    X(RECEIPT_PROOF, "RECEIPT.proof", "the receipt's entry is in the final tree")                  \
    X(RECEIPT_COUNTED, "RECEIPT.counted", "whether the receipt's ballot counted is known")

#define CHECKS_NAME(name, id, sentence) name,
enum check { CHECKS(CHECKS_NAME) CHECKS_TOTAL };
#undef CHECKS_NAME

/* "LOG.root", and the sentence; both static. */
const char *check_id(enum check check);
const char *check_sentence(enum check check);

#endif
