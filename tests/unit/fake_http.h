/* fake_http: a small HTTP server in threads of its own, for tests: it behaves as badly as told. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_TESTS_FAKE_HTTP_H
#define YG_TESTS_FAKE_HTTP_H

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"

#define FAKE_CONNS 256

struct fake_http {
	int fd, port;
	char path[100]; /* of the unix socket, or "" */
	char url[128];
	/* Answers one request on fd, in a thread of the connection; false: close it. */
	bool (*answer)(struct fake_http *f, int fd, const char *method, const char *path);
	pthread_t thread;
	pthread_mutex_t lock;
	int conns[FAKE_CONNS]; /* descriptor, -1 once closed */
	pthread_t threads[FAKE_CONNS];
	int n_conns;
	atomic_bool is_over;
	atomic_int requests, posts;
	atomic_int knob; /* for the test */
};

struct fake_conn {
	struct fake_http *f;
	int index, fd;
};

static inline bool fake_send(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

static inline bool fake_say(int fd, const char *text)
{
	return fake_send(fd, text, strlen(text));
}

/* A whole answer. */
static inline bool fake_reply(int fd, int status, const char *headers, const char *body)
{
	char *text = yg_xasprintf("HTTP/1.1 %d X\r\n%sContent-Length: %zu\r\n\r\n%s", status,
	    headers, strlen(body), body);
	bool is_sent = fake_say(fd, text);

	free(text);
	return is_sent;
}

/* Reads one request's head and its body; false at the end. */
static inline bool fake_read(int fd, char *head, size_t size)
{
	size_t len = 0, body = 0;
	char *end = NULL;

	head[0] = '\0';
	while (!end && len + 1 < size) {
		ssize_t n = recv(fd, head + len, size - 1 - len, 0);
		if (n <= 0)
			return false;
		len += (size_t)n;
		head[len] = '\0';
		end = strstr(head, "\r\n\r\n");
	}
	const char *length = strcasestr(head, "Content-Length:");
	if (end && length)
		body = (size_t)atol(length + 15);
	size_t have = end ? len - (size_t)(end + 4 - head) : 0;
	while (have < body) {
		char waste[512];
		ssize_t n = recv(fd, waste, YG_MIN(sizeof(waste), body - have), 0);
		if (n <= 0)
			return false;
		have += (size_t)n;
	}
	return end != NULL;
}

static inline void *fake_serve(void *data)
{
	struct fake_conn *c = data;
	char head[8192], method[16], path[4096];

	while (!c->f->is_over && fake_read(c->fd, head, sizeof(head)) &&
	       sscanf(head, "%15s %4095s", method, path) == 2) {
		c->f->requests++;
		if (strcmp(method, "POST") == 0 || strcmp(method, "DELETE") == 0)
			c->f->posts++;
		if (!c->f->answer(c->f, c->fd, method, path))
			break;
	}
	pthread_mutex_lock(&c->f->lock);
	c->f->conns[c->index] = -1;
	pthread_mutex_unlock(&c->f->lock);
	close(c->fd);
	free(c);
	return NULL;
}

static inline void *fake_accept(void *data)
{
	struct fake_http *f = data;

	for (;;) {
		int fd = accept(f->fd, NULL, NULL);
		pthread_mutex_lock(&f->lock);
		if (fd < 0 || f->is_over || f->n_conns == FAKE_CONNS) {
			pthread_mutex_unlock(&f->lock);
			if (fd >= 0)
				close(fd);
			return NULL;
		}
		struct fake_conn *c = yg_xcalloc(1, sizeof(*c));
		*c = (struct fake_conn){.f = f, .index = f->n_conns, .fd = fd};
		f->conns[f->n_conns] = fd;
		pthread_create(&f->threads[f->n_conns++], NULL, fake_serve, c);
		pthread_mutex_unlock(&f->lock);
	}
}

/* folder NULL: TCP on 127.0.0.1; else a unix socket in it. */
static inline void fake_start(struct fake_http *f, const char *folder,
    bool (*answer)(struct fake_http *f, int fd, const char *method, const char *path))
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	socklen_t len = sizeof(in);

	memset(f, 0, sizeof(*f));
	f->answer = answer;
	pthread_mutex_init(&f->lock, NULL);
	f->fd = socket(folder ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (folder) {
		snprintf(f->path, sizeof(f->path), "%s/sock", folder);
		snprintf(un.sun_path, sizeof(un.sun_path), "%s", f->path);
		snprintf(f->url, sizeof(f->url), "unix://%s", f->path);
		bind(f->fd, (struct sockaddr *)&un, sizeof(un));
	} else {
		bind(f->fd, (struct sockaddr *)&in, sizeof(in));
		getsockname(f->fd, (struct sockaddr *)&in, &len);
		f->port = ntohs(in.sin_port);
		snprintf(f->url, sizeof(f->url), "http://127.0.0.1:%d", f->port);
	}
	listen(f->fd, 128);
	pthread_create(&f->thread, NULL, fake_accept, f);
}

/* Ends every connection and thread. */
static inline void fake_stop(struct fake_http *f)
{
	f->is_over = true;
	shutdown(f->fd, SHUT_RDWR);
	pthread_join(f->thread, NULL);
	pthread_mutex_lock(&f->lock);
	for (int i = 0; i < f->n_conns; i++)
		if (f->conns[i] >= 0)
			shutdown(f->conns[i], SHUT_RDWR);
	pthread_mutex_unlock(&f->lock);
	for (int i = 0; i < f->n_conns; i++)
		pthread_join(f->threads[i], NULL);
	close(f->fd);
	if (f->path[0])
		unlink(f->path);
	pthread_mutex_destroy(&f->lock);
}

/* Blocks until the other side closes or the server is stopped. */
static inline void fake_hang(int fd)
{
	char byte;

	while (recv(fd, &byte, 1, 0) > 0)
		;
}

#endif
