/* The version that both programs report. */
#ifndef VERSION_H
#define VERSION_H

#define VERSION_TEXT "0.1"

#endif
