namespace ModelScan.RoutingApi.Telemetry;

/// <summary>
/// Names of spans' attributes and of instruments: OpenTelemetry's for generative AI in the form that the Aspire dashboard reads,
/// Plano's so that its dashboards fit, and the gateway's own.
/// </summary>
internal static class TelemetryNames
{
    public const string Operation = "gen_ai.operation.name";
    public const string Provider = "gen_ai.provider.name";
    public const string RequestModel = "gen_ai.request.model";
    public const string RequestStream = "gen_ai.request.stream";
    public const string ResponseModel = "gen_ai.response.model";
    public const string ResponseId = "gen_ai.response.id";
    public const string FinishReasons = "gen_ai.response.finish_reasons";
    public const string TimeToFirstChunkAttribute = "gen_ai.response.time_to_first_chunk";
    public const string Conversation = "gen_ai.conversation.id";
    public const string InputTokens = "gen_ai.usage.input_tokens";
    public const string OutputTokens = "gen_ai.usage.output_tokens";
    public const string CacheReadTokens = "gen_ai.usage.cache_read.input_tokens";
    public const string CacheWriteTokens = "gen_ai.usage.cache_write.input_tokens";
    public const string ReasoningTokens = "gen_ai.usage.reasoning.output_tokens";
    public const string SystemInstructions = "gen_ai.system_instructions";
    public const string InputMessages = "gen_ai.input.messages";
    public const string OutputMessages = "gen_ai.output.messages";
    public const string TokenType = "gen_ai.token.type";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string ErrorType = "error.type";
    public const string StatusCode = "http.response.status_code";

    public const string OperationDuration = "gen_ai.client.operation.duration";
    public const string TokenUsage = "gen_ai.client.token.usage";
    public const string TimeToFirstChunk = "gen_ai.client.operation.time_to_first_chunk";
    public const string Overhead = "modelscan.gateway.overhead";

    public const string Fallbacks = "modelscan.gateway.fallbacks";
    public const string Requests = "modelscan.requests";
    public const string RequestCost = "modelscan.request.cost";

    public const string StoredResponses = "modelscan.responses.stored";
    public const string RequestLogWritten = "modelscan.request_log.written";
    public const string RequestLogShed = "modelscan.request_log.shed";
    public const string RequestLogFailures = "modelscan.request_log.write_failures";
    public const string RequestLogQueue = "modelscan.request_log.queue";

    public const string MemoryInFlight = "modelscan.memory.in_flight";
    public const string MemoryBudget = "modelscan.memory.budget";
    public const string MemoryRefused = "modelscan.memory.refused";
    public const string ConnectionsLimit = "modelscan.connections.limit";
    public const string ClientConnections = "modelscan.connections.open";
    public const string ConnectionsRefused = "modelscan.connections.refused";
    public const string UpstreamConnections = "modelscan.upstream.connections";

    public const string CoolDowns = "modelscan.upstream.cooldowns";

    public const string Mode = "modelscan.mode";
    public const string Fallback = "modelscan.fallback";
    public const string Route = "modelscan.route";
    public const string Model = "modelscan.model";
    public const string DecidedBy = "modelscan.decided_by";
    public const string Attempts = "modelscan.attempts";
    public const string Session = "modelscan.session.id";
    public const string RequestId = "modelscan.request.id";

    /// <summary>What guards and filters did about a request.</summary>
    public const string Guards = "modelscan.guards";

    /// <summary>What the cache of answers did.</summary>
    public const string ResponseCache = "modelscan.response_cache";
    public const string GuardFindings = "modelscan.guard.findings";
    public const string GuardDuration = "modelscan.guard.duration";
    public const string FilterDuration = "modelscan.filter.duration";
    public const string ResponseCacheRequests = "modelscan.response_cache.requests";
    public const string ResponseCacheSize = "modelscan.response_cache.size";

    public const string PlanoState = "modelscan.plano.state";
    public const string PlanoRestarts = "modelscan.plano.restarts";
    public const string PlanoHealthCheckFailures = "modelscan.plano.health_check.failures";
    public const string PlanoContainer = "modelscan.plano.container";

    /// <summary>Every instrument of Plano's begins so.</summary>
    public const string PlanoPrefix = "brightstaff_";

    /// <summary>Every instrument of the gateway's own begins so.</summary>
    public const string OwnPrefix = "modelscan.";
}
