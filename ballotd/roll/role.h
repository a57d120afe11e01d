/* The roles that an officer can hold (docs/protocol.md section 4), as a mask. */
#ifndef ROLL_ROLE_H
#define ROLL_ROLE_H

enum officer_role {
    OFFICER_RETURNING = 1 << 0,
    OFFICER_SECRETARY = 1 << 1,
    OFFICER_DEPUTY = 1 << 2,
    OFFICER_EXPORTER = 1 << 3,
    OFFICER_SCRUTINEER = 1 << 4,
    OFFICER_PANEL = 1 << 5,  /* hears appeals */
    OFFICER_BARRED = 1 << 6, /* a candidate, or a candidate's agent or employee: signs no case */
};

#endif
