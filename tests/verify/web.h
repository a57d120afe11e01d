/* Both ends of HTTP for tests: a server of the files in a folder, and a client that posts. */
#ifndef TESTS_VERIFY_WEB_H
#define TESTS_VERIFY_WEB_H

#include "check.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <ftw.h>
#include <microhttpd.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WEB_ANSWER_BYTES = 8192 };

struct web_answer {
    long status;
    size_t len;
    char text[WEB_ANSWER_BYTES + 1];
    char type[128];
};

static size_t web_take(char *bytes, size_t one, size_t len, void *context)
{
    struct web_answer *answer = context;
    (void)one;
    if (len > WEB_ANSWER_BYTES - answer->len)
        return 0;
    memcpy(answer->text + answer->len, bytes, len);
    answer->len += len;
    return len;
}

/* Posts `len` bytes; GET if `body` is NULL. Status 0: no answer. */
__attribute__((unused)) static struct web_answer web_call(unsigned port, const char *path,
                                                          const char *body, size_t len)
{
    struct web_answer answer = {0};
    char url[256];
    const char *type = NULL;
    CURL *curl = curl_easy_init();
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", port, path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, web_take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
    if (body != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    }
    (void)curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    if (curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type) == CURLE_OK && type != NULL)
        snprintf(answer.type, sizeof answer.type, "%s", type);
    curl_easy_cleanup(curl);
    return answer;
}

static enum MHD_Result web_handle(void *folder, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *piece,
                                  size_t *piece_len, void **held)
{
    char name[1024];
    struct stat status;
    (void)method, (void)version, (void)piece, (void)piece_len, (void)held;
    snprintf(name, sizeof name, "%s%s", (const char *)folder, url);
    int file = open(name, O_RDONLY);
    bool found = file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    if (!found && file >= 0)
        close(file);
    struct MHD_Response *response =
        found ? MHD_create_response_from_fd((uint64_t)status.st_size, file)
              : MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result result = MHD_queue_response(connection, found ? 200 : 404, response);
    MHD_destroy_response(response);
    return result;
}

/* Serves the files of a folder until MHD_stop_daemon(). */
__attribute__((unused)) static struct MHD_Daemon *web_serve(char *folder, unsigned *out_port)
{
    struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, 0,
                                                 NULL, NULL, web_handle, folder, MHD_OPTION_END);
    if (!CHECK(daemon != NULL))
        exit(1);
    *out_port = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    return daemon;
}

static int web_remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status, (void)type, (void)place;
    return remove(path);
}

__attribute__((unused)) static void web_remove_folder(const char *folder)
{
    CHECK_INT(nftw(folder, web_remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

#endif
