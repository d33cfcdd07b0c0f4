using System.Text;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>Earlier thoughts in the form in which a provider takes them back: only what its own family wrote, for others refuse it.</summary>
internal static class ThoughtFit
{
    /// <summary>For Anthropic's models; <see langword="null"/> where it is nothing of theirs.</summary>
    public static ThinkingBlock? ForMessages(ThoughtPart thought, ModelCapabilities capabilities)
    {
        var family = capabilities.ReasoningFamily ?? SealedReasoning.Anthropic;
        if (thought.State is not { Length: > 0 } state)
            return null;
        if (SealedReasoning.IsOne(state))
            return SealedReasoning.TryOpen(state, family, out var opened) ? ThinkingBlock.Read(opened) : null;
        if (thought.Family is not (null or SealedReasoning.Anthropic))
            return null;
        return thought.IsRedacted ? ThinkingBlock.Redacted(state) : ThinkingBlock.Thinking(thought.Text ?? "", state);
    }

    /// <summary>For OpenAI's models; <see langword="null"/> where it is nothing of theirs.</summary>
    public static ReasoningItem? ForResponses(ThoughtPart thought, ModelCapabilities capabilities)
    {
        var family = capabilities.ReasoningFamily ?? SealedReasoning.OpenAi;
        if (thought.State is not { Length: > 0 } state)
            return null;
        if (SealedReasoning.IsOne(state))
            return SealedReasoning.TryOpen(state, family, out var opened) ? ReasoningItem.Read(opened) : null;
        return thought.IsRedacted && thought.Family is null or SealedReasoning.OpenAi ? new ReasoningItem(thought.Id ?? "", [], state) : null;
    }

    /// <summary>For models of Chat Completions: where it goes, its text, its details.</summary>
    public static ChatThought ForChat(ThoughtPart thought, ModelCapabilities capabilities)
    {
        if (thought.State is not { Length: > 0 } state)
            return new ChatThought(ThoughtMembers.ReasoningContent, thought.Text, []);
        var family = capabilities.ReasoningFamily ?? ChatThought.DefaultFamily;
        if (SealedReasoning.TryOpen(state, family, out var opened) || SealedReasoning.TryOpen(state, ChatThought.DefaultFamily, out opened))
        {
            var read = ChatThought.Read(opened);
            return read with { Text = read.Text ?? thought.Text };
        }

        // The text of another's thought is still a text, where the client has it in the open.
        return new ChatThought(ThoughtMembers.ReasoningContent, thought.Family == SealedReasoning.OpenAi ? null : thought.Text, []);
    }

    /// <summary>For models on Converse: a thought to read and its signature, or one that nobody can read; <see langword="null"/> where it is nothing of theirs.</summary>
    public static (string? Text, string Opaque)? ForConverse(ThoughtPart thought, ModelCapabilities capabilities)
    {
        var family = capabilities.ReasoningFamily ?? SealedReasoning.Anthropic;
        if (thought.State is not { Length: > 0 } state)
            return null;
        var (text, opaque) = (thought.IsRedacted ? null : thought.Text ?? "", state);
        if (SealedReasoning.IsOne(state))
        {
            if (!SealedReasoning.TryOpen(state, family, out var opened))
                return null;
            (text, opaque) = ThinkingBlock.Read(opened) is { } block ? (block.Text, block.Opaque) : (text, Encoding.UTF8.GetString(opened));
            if (SealedReasoning.IsOne(opaque))
                opaque = SealedReasoning.TryOpen(opaque, family, out opened) ? Encoding.UTF8.GetString(opened) : "";
        }
        else if (family != SealedReasoning.Anthropic || thought.Family is not (null or SealedReasoning.Anthropic))
        {
            return null;
        }

        // The data of a thought that nobody can read is bytes to Converse.
        return opaque.Length == 0 || (text is null && !System.Buffers.Text.Base64.IsValid(opaque)) ? null : (text, opaque);
    }
}
