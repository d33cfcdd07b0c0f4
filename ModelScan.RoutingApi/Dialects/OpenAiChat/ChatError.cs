using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>Errors inside of answers with status 200: <c>{"error": {…}}</c>, or in the choice, as OpenRouter has them.</summary>
internal static class ChatError
{
    /// <summary>The error that a chunk, or an answer, tells.</summary>
    /// <param name="context">Names the provider.</param>
    /// <param name="chunk">What was read.</param>
    /// <param name="data">All of it.</param>
    public static ClientError Read(AnswerContext context, scoped ref readonly ChatChunk chunk, ReadOnlySpan<byte> data) => chunk.ChoiceError.IsEmpty
        ? ProviderError.Read(context.ProviderName, data).Error
        : ProviderError.Read(context.ProviderName, [.. "{\"error\":"u8, .. chunk.ChoiceError, (byte)'}']).Error;
}
