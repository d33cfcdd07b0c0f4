namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>Where a chat message holds its thought; a provider wants it back where it was.</summary>
internal static class ThoughtMembers
{
    /// <summary><c>reasoning_content</c>: DeepSeek, Moonshot and most others.</summary>
    public const string ReasoningContent = "reasoning_content";

    /// <summary><c>reasoning</c>: vLLM, OpenRouter, Groq.</summary>
    public const string Reasoning = "reasoning";

    /// <summary>A part of the content, <c>{"type": "thinking", "thinking": [{"type": "text", "text": "…"}]}</c>: Mistral.</summary>
    public const string ThinkingParts = "thinking";

    /// <summary>At the beginning of the content, between <c>&lt;think&gt;</c> and <c>&lt;/think&gt;</c>: MiniMax, Qwen and others.</summary>
    public const string ThinkTags = "think";
}
