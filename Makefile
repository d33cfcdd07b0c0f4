# What is done with containers. Compose of Docker or of Podman: COMPOSE="podman-compose -f deploy/compose.yaml" make up
COMPOSE ?= docker compose --project-directory . -f deploy/compose.yaml
MOCK := MOCK_PROVIDERS=http://metrics-mock:8080

.PHONY: up down logs demo demo-down image docker-up docker-down docker-logs test

up: .env ## gateway, Prometheus and Redis
	$(COMPOSE) up -d --build

down: ## ends what "up" or "demo" started; volumes stay
	$(COMPOSE) --profile demo --profile plano --profile postgres --profile grafana down

logs: ## follows the gateway's log
	$(COMPOSE) logs -f gateway

demo: .env ## the same with providers that are played, and nine requests through it
	$(MOCK) $(COMPOSE) --profile demo up -d --build
	@for i in $$(seq 1 60); do curl -fsS -o /dev/null http://localhost:$${GATEWAY_PORT:-12000}/health && break; sleep 1; done
	./demo.sh http://localhost:$${GATEWAY_PORT:-12000}

image: ## the gateway's image without a Dockerfile, for this machine's engine
	dotnet publish ModelScan.RoutingApi -c Release /t:PublishContainer

test:
	./test.sh

.env:
	cp .env.example .env

# The names that the founding documents use.
docker-up: up
docker-down: down
docker-logs: logs
