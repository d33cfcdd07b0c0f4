using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>What a Messages client gets of a thought's state: a signature, or a thought that it cannot read.</summary>
internal static class MessagesThoughts
{
    /// <summary>The signature for a thought's state, as a JSON string; empty for a thought without one.</summary>
    /// <param name="state">The event; <see cref="ThoughtStateKind.Redacted"/> has no signature.</param>
    /// <param name="context">Tells the model's family.</param>
    public static byte[] Signature(scoped ref readonly AnswerEvent state, AnswerContext context) => state.State switch
    {
        ThoughtStateKind.Signature => state.Token.Length > 2 ? state.Token.ToArray() : [],
        ThoughtStateKind.Item => Sealed(context.Capabilities.ReasoningFamily ?? SealedReasoning.OpenAi, ReasoningItem.Read(state.Json.ToArray())?.ToJson() ?? []),
        ThoughtStateKind.ChatMembers => Sealed(context.Capabilities.ReasoningFamily ?? ChatThought.DefaultFamily, ChatThought.ToState(state.Name!, state.Json)),
        _ => [],
    };

    /// <summary>Whether the state, sealed, would have anything in it.</summary>
    public static bool HasContent(scoped ref readonly AnswerEvent state) => state.State switch
    {
        ThoughtStateKind.ChatMembers => !state.Json.IsEmpty,
        _ => state.Token.Length > 2,
    };

    private static byte[] Sealed(string family, ReadOnlySpan<byte> state) => EscapedText.TokenOf(SealedReasoning.Seal(family, state));
}
