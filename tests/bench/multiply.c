/* The microseconds that a multiplication of a ristretto255 point by a scalar takes in libsodium, in
 * CPU time: the measure by which benchmarks of different machines and moments compare. */
#include "base/clock.h"
#include "crypto/group.h"

#include <sodium.h>
#include <stdio.h>

enum { ROUNDS = 4000 };

int main(void)
{
    struct scalar scalar;
    if (sodium_init() < 0)
        return 1;
    scalar_random(&scalar);
    struct point point = point_mul_base(&scalar);
    int64_t began_us = clock_cpu_us();
    for (int i = 0; i < ROUNDS; i++)
        point = point_mul(&scalar, &point);
    printf("%.2f\n", (double)(clock_cpu_us() - began_us) / ROUNDS);
    return point_is_proper(&point) ? 0 : 1;
}
