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
    /// <param name="room">Takes what has to be made; not needed for a signature, which is there.</param>
    public static ReadOnlySpan<byte> Signature(scoped ref readonly AnswerEvent state, AnswerContext context, PooledBuffer? room)
    {
        switch (state.State)
        {
            case ThoughtStateKind.Signature:
                return state.Token.Length > 2 ? state.Token : default;
            case ThoughtStateKind.Item:
                using (var item = new PooledBuffer())
                {
                    ReasoningItem.Copy(state.Json, item);
                    SealedReasoning.Seal(context.Capabilities.ReasoningFamily ?? SealedReasoning.OpenAi, item.WrittenSpan, room!);
                }

                return room!.WrittenSpan;
            case ThoughtStateKind.ChatMembers:
                SealedReasoning.Seal(context.Capabilities.ReasoningFamily ?? ChatThought.DefaultFamily, ChatThought.ToState(state.Name!, state.Json), room!);
                return room!.WrittenSpan;
            default:
                return default;
        }
    }

    /// <summary>Whether the state, sealed, would have anything in it.</summary>
    public static bool HasContent(scoped ref readonly AnswerEvent state) => state.State switch
    {
        ThoughtStateKind.ChatMembers => !state.Json.IsEmpty,
        _ => state.Token.Length > 2,
    };
}
