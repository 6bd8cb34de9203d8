/* tables: what the demo site is made of: images, networks, compose projects. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/demo/demo.h"

#define IMAGE(id, name, mib)                                          \
	{                                                             \
		"sha256:" id, name, "image/sha256:" id "\t" name, mib \
	}

const struct demo_image demo_images[] = {
    IMAGE("6f1c0a52b7d4", "nginx:1.25", 187),
    IMAGE("b31d9e0c44f8", "redis:7.2", 138),
    IMAGE("0d7e65aa91c2", "postgres:16", 432),
    IMAGE("9c28f4b71e03", "registry.example.jp/shop/api:2.14.1", 216),
    IMAGE("e4a07f13d85b", "registry.example.jp/billing/api:5.3.0", 304),
    IMAGE("71c5be29f06a", "rabbitmq:3.13", 251),
    IMAGE("ad90318c6e57", "prom/prometheus:v2.51", 267),
    IMAGE("5b6e2df08a91", "grafana/grafana:10.4", 411),
    IMAGE("c80f17a3e962", "registry.example.jp/intra/portal:1.9", 528),
    IMAGE("2ea4d6097bf1", "gitea/gitea:1.21", 172),
    IMAGE("f5137c8b20de", "mariadb:11", 405),
    IMAGE("38d9a6e15c70", "elasticsearch:8.13", 1264),
    IMAGE("1907bc4fd2a8", "busybox:1.36", 4),
};
const size_t demo_n_images = YG_COUNT(demo_images);

#define NETWORK(id, name, driver, net, bridge, is_container)                                    \
	{                                                                                       \
		"net-" id, name, "network/net-" id "\t" name "\n", driver, net "0/24", net "1", \
		    bridge, is_container                                                        \
	}

/* The first six are the environments' own, then their database networks. */
const struct demo_network demo_networks[] = {
    NETWORK("prod", "prod", "openvswitch", "10.1.0.", "br-int", false),
    NETWORK("stg", "stg", "openvswitch", "10.2.0.", "br-int", false),
    NETWORK("dev", "dev", "openvswitch", "10.3.0.", "br-int", false),
    NETWORK("prod-db", "prod-db", "openvswitch", "10.11.0.", "br-int", false),
    NETWORK("stg-db", "stg-db", "openvswitch", "10.12.0.", "br-int", false),
    NETWORK("dev-db", "dev-db", "openvswitch", "10.13.0.", "br-int", false),
    NETWORK("dmz", "dmz", "bridge", "192.0.2.", "br-dmz", false),
    NETWORK("mgmt", "mgmt", "bridge", "10.0.0.", "br-mgmt", false),
    NETWORK("old", "lab-old", "nat", "192.168.122.", "virbr0", false),
    NETWORK("shop", "shop_default", "overlay", "172.20.0.", "", true),
    NETWORK("billing", "billing_default", "overlay", "172.21.0.", "", true),
    NETWORK("monitor", "monitor_default", "overlay", "172.22.0.", "", true),
    NETWORK("intra", "intra_default", "overlay", "172.23.0.", "", true),
    NETWORK("ci", "ci_default", "overlay", "172.24.0.", "", true),
};
const size_t demo_n_networks = YG_COUNT(demo_networks);

#define LABELS DEMO_LABELS
#define HEALTH true
#define VOLUME true

/* Image numbers are those of the table above. */
const struct demo_stack demo_stacks[] = {
    {"shop", "/srv/compose/shop", 9,
	{{"web", 0, 12, 8, "nginx -g 'daemon off;'", "443:443/tcp, 80:80/tcp", HEALTH, 0,
	     LABELS("web", "web-team")},
	    {"api", 3, 35, 40, "/app/api --listen :8080", "8080/tcp", HEALTH, 0,
		LABELS("shop-api", "web-team")},
	    {"cart", 3, 22, 24, "/app/cart", "8081/tcp", HEALTH, 0, LABELS("cart", "web-team")},
	    {"worker", 3, 48, 30, "/app/worker --queue mail", "", 0, 0,
		LABELS("shop-worker", "web-team")},
	    {"redis", 1, 8, 12, "redis-server /etc/redis.conf", "6379/tcp", 0, VOLUME,
		LABELS("redis", "sre")},
	    {"db", 2, 30, 90, "postgres -c max_connections=400", "5432/tcp", HEALTH, VOLUME,
		LABELS("shop-db", "dba")}}},
    {"billing", "/srv/compose/billing", 10,
	{{"api", 4, 40, 64, "java -jar /app/billing.jar", "9443:9443/tcp", HEALTH, 0,
	     LABELS("billing", "keiri")},
	    {"worker", 4, 55, 56, "java -jar /app/worker.jar", "", 0, 0,
		LABELS("billing-worker", "keiri")},
	    {"invoice", 4, 18, 48, "java -jar /app/invoice.jar", "9444/tcp", HEALTH, 0,
		LABELS("invoice", "keiri")},
	    {"mq", 5, 14, 22, "rabbitmq-server", "5672/tcp, 15672/tcp", HEALTH, VOLUME,
		LABELS("mq", "sre")},
	    {"db", 2, 33, 120, "postgres", "5432/tcp", HEALTH, VOLUME, LABELS("billing-db", "dba")},
	    {"batch", 4, 70, 40, "/app/batch.sh nightly", "", 0, 0,
		LABELS("billing-batch", "keiri")}}},
    {"monitor", "/srv/compose/monitor", 11,
	{{"prometheus", 6, 28, 140, "/bin/prometheus --config.file=/etc/prometheus.yml",
	     "9090:9090/tcp", HEALTH, VOLUME, LABELS("prometheus", "sre")},
	    {"grafana", 7, 9, 18, "/run.sh", "3000:3000/tcp", HEALTH, VOLUME,
		LABELS("grafana", "sre")},
	    {"alert", 6, 3, 4, "/bin/alertmanager", "9093/tcp", 0, 0, LABELS("alert", "sre")},
	    {"search", 11, 44, 250, "/usr/share/elasticsearch/bin/elasticsearch", "9200/tcp",
		HEALTH, VOLUME, LABELS("search", "sre")},
	    {"ship", 12, 12, 2, "/bin/ship --follow", "", 0, 0, LABELS("ship", "sre")},
	    {"probe", 12, 5, 1, "/bin/probe -i 10s", "9115/tcp", 0, 0, LABELS("probe", "sre")}}},
    {"intra", "/srv/compose/intra", 12,
	{{"portal", 8, 20, 72, "php-fpm -F", "8443:443/tcp", HEALTH, 0,
	     LABELS("portal", "joho-sys")},
	    {"勤怠", 8, 11, 48, "php-fpm -F", "8444/tcp", HEALTH, 0, LABELS("kintai", "jinji")},
	    {"wiki", 8, 6, 30, "php-fpm -F", "8445/tcp", 0, VOLUME, LABELS("wiki", "joho-sys")},
	    {"mail", 0, 4, 8, "nginx -g 'daemon off;'", "8025/tcp", 0, 0,
		LABELS("mail", "joho-sys")},
	    {"cache", 1, 5, 8, "redis-server", "6379/tcp", 0, 0, LABELS("cache", "sre")},
	    {"db", 10, 24, 64, "mariadbd", "3306/tcp", HEALTH, VOLUME, LABELS("intra-db", "dba")}}},
    {"ci", "/srv/compose/ci", 13,
	{{"git", 9, 16, 36, "/usr/bin/gitea web", "2222:22/tcp, 3001:3000/tcp", HEALTH, VOLUME,
	     LABELS("git", "dev-tools")},
	    {"runner", 12, 88, 60, "/bin/runner --tags linux", "", 0, 0,
		LABELS("runner", "dev-tools")},
	    {"registry", 0, 10, 10, "nginx -g 'daemon off;'", "5000:5000/tcp", HEALTH, VOLUME,
		LABELS("registry", "dev-tools")},
	    {"lint", 12, 20, 6, "/bin/lint --watch", "", 0, 0, LABELS("lint", "dev-tools")},
	    {"cache", 1, 6, 14, "redis-server", "6379/tcp", 0, 0, LABELS("cache", "dev-tools")},
	    {"db", 10, 14, 40, "mariadbd", "3306/tcp", HEALTH, VOLUME, LABELS("ci-db", "dba")}}},
};
const size_t demo_n_stacks = YG_COUNT(demo_stacks);
