namespace ModelScan.RoutingApi.Providers.Headers;

/// <summary>What of a client's headers a provider gets. Adding one is a line; a person's own belong into <c>routing.headers.to_provider</c>.</summary>
internal static class RequestHeaderRules
{
    private static readonly ApiFormat[] OpenAi = [ApiFormat.ChatCompletions, ApiFormat.Responses];

    public static IReadOnlyList<HeaderRule> All { get; } =
    [
        new("accept", "in which form the answer is wanted") { OnlyUntranslated = true },
        new("accept-encoding", "how the answer may be compressed: it passes as it is") { OnlyUntranslated = true },
        new("accept-language", "for messages to people") { OnlyUntranslated = true },
        new("range", "which part of a file is wanted") { OnlyUntranslated = true },
        new("content-type", "what the body is") { OnlyUntranslated = true },
        new("user-agent", "which client asks"),

        new("idempotency-key", "makes a repeated request one request (OpenAI, Anthropic)"),
        new("request-id", "the client's name for the request"),
        new("x-request-id", "the client's name for the request"),
        new("x-client-request-id", "the client's name for the request (OpenAI, Azure)"),
        new("x-correlation-id", "the client's name for the request"),
        new("x-ms-client-request-id", "the client's name for the request (Azure)"),
        new("x-stainless-*", "what the SDKs of OpenAI and Anthropic say about themselves, and which retry this is"),

        new("anthropic-*", "version, betas and the like (Anthropic)") { Formats = [ApiFormat.Messages], OnlyUntranslated = true },
        new("x-anthropic-*", "betas by way of routers (OpenRouter)") { Formats = [ApiFormat.ChatCompletions, ApiFormat.Messages], OnlyUntranslated = true },
        new("openai-*", "organisation, project, betas (OpenAI)") { Formats = OpenAi, OnlyUntranslated = true },
        new("x-openai-*", "subagents and the shape of the request (Codex)") { Formats = OpenAi },
        new("x-responsesapi-*", "timing of a stream (Responses)") { Formats = [ApiFormat.Responses] },
        new("chatgpt-account-id", "which account of a subscription (ChatGPT)") { Formats = [ApiFormat.Responses] },

        new("x-app", "which client asks (Claude Code)"),
        new("x-claude-code-*", "session and agent (Claude Code)"),
        new("x-codex-*", "turn, window, features (Codex)"),
        new("originator", "which client asks (Codex)"),
        new("version", "of the client (Codex)"),
        new("session-id", "conversation (Codex)"),
        new("session_id", "conversation (Codex, pi)"),
        new("thread-id", "conversation (Codex)"),
        new("conversation_id", "conversation (Codex)"),
        new("x-session-id", "conversation (opencode, Kilo)"),
        new("x-session-affinity", "conversation (opencode, Kilo, Fireworks)"),
        new("x-initiator", "person or agent (Copilot)"),
        new("x-interaction-*", "conversation (Copilot)"),
        new("copilot-*", "which integration, images (Copilot)"),
        new("editor-*", "which editor and plug-in (Copilot)"),
        new("x-github-*", "version of the API (GitHub)"),

        new("http-referer", "attribution (OpenRouter)"),
        new("x-title", "attribution (OpenRouter)"),
        new("x-openrouter-*", "attribution (OpenRouter)"),
        new("x-grok-*", "conversation, for the prompt cache (xAI)"),
        new("x-multi-turn-session-id", "conversation, for the prompt cache (Fireworks)"),
        new("x-prompt-cache-isolation-key", "whose prompt cache (Fireworks)"),
        new("x-dashscope-*", "workspace, data inspection (Alibaba)"),
        new("x-amzn-bedrock-*", "guardrails, tracing (Amazon Bedrock)"),
        new("x-goog-api-client", "which SDK asks (Google)"),
        new("x-goog-user-project", "which project pays (Google)"),
        new("x-wait-for-model", "waiting for a cold model (Hugging Face)"),
        new("x-use-cache", "whether a cached answer will do (Hugging Face)"),
    ];
}
