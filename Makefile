# What is done with containers. By Podman: make up COMPOSE="podman-compose -f deploy/compose.yaml", and likewise the others.
COMPOSE ?= docker compose
EVERY_PROFILE := COMPOSE_PROFILES=demo,plano,postgres,grafana
GATEWAY := http://localhost:$${GATEWAY_PORT:-$$(sed -n 's/^GATEWAY_PORT=//p' .env)}

.PHONY: up down logs demo image docker-up docker-down docker-logs test

up: .env deploy/.env ## gateway, Prometheus and Redis
	$(COMPOSE) up -d --build gateway

down: ## ends what "up" or "demo" started; streams may end first, volumes stay
	$(EVERY_PROFILE) $(COMPOSE) down -t 60

logs: ## follows the gateway's log
	$(COMPOSE) logs -f gateway

demo: .env deploy/.env ## the same with providers that are played, and eight requests through it
	COMPOSE_PROFILES=demo MOCK_PROVIDERS=http://metrics-mock:8080 $(COMPOSE) up -d --build gateway metrics-mock
	@for i in $$(seq 1 60); do curl -fsS -o /dev/null $(GATEWAY)/health && break; sleep 1; done
	./demo.sh $(GATEWAY)

image: ## the gateway's image without a Dockerfile, for this machine's engine
	dotnet publish ModelScan.RoutingApi -c Release /t:PublishContainer

test:
	./test.sh

.env:
	cp .env.example .env

# Where podman-compose looks.
deploy/.env:
	ln -sf ../.env $@

# The names that the founding documents use.
docker-up: up
docker-down: down
docker-logs: logs
