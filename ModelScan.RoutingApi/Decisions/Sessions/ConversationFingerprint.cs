using ModelScan.RoutingApi.Conversations;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>
/// What identifies a conversation without the client's help: a hash of what a provider's prompt cache sees first (system
/// text and tools), and one of that together with the first words of the user, which stay the same from turn to turn.
/// </summary>
/// <param name="PrefixHash">Hash of salt, tenant, system text and tool names: 16 lowercase hex digits.</param>
/// <param name="ConversationHash">
/// The same with the first user text, or <see langword="null"/> when no user message has text: a conversation that begins
/// with an image alone cannot be told from another one, and sharing a session with a stranger is worse than having none.
/// </param>
/// <remarks>
/// FNV-1a 64 over the fields salt, tenant, system texts joined by line feeds, tool names joined by commas and the user text, each ended by
/// 0x1f: the hash Plano computes, so that both find the same session in a shared store; only Claude Code's billing line does not count
/// here. It is a fingerprint and no secret:
/// tenants are kept apart by the store key, not by the hash.
/// </remarks>
public readonly record struct ConversationFingerprint(string PrefixHash, string? ConversationHash)
{
    private const string Salt = "plano-affinity-v1";
    private const string BillingHeader = "x-anthropic-billing-header:";

    /// <summary>Computes the fingerprint, or nothing when <paramref name="facts"/> holds no user message.</summary>
    public static ConversationFingerprint? Of(RequestFacts facts, string? tenant)
    {
        var (hasUser, firstWithText) = FirstUser(facts.Messages);
        if (!hasUser)
            return null;

        var hash = Prefix(facts, tenant);
        var prefix = Hex(hash.Value);
        if (firstWithText is not { } first)
            return new ConversationFingerprint(prefix, null);

        LongTextMemo.Shared.Add(ref hash, first.Text);
        hash.EndField();
        return new ConversationFingerprint(prefix, Hex(hash.Value));
    }

    /// <summary>
    /// The <see cref="PrefixHash"/> alone, or nothing when <paramref name="facts"/> holds no user message; no text of a user's is looked at.
    /// </summary>
    public static string? PrefixOf(RequestFacts facts, string? tenant) => FirstUser(facts.Messages).HasUser ? Hex(Prefix(facts, tenant).Value) : null;

    private static Fnv1a Prefix(RequestFacts facts, string? tenant)
    {
        var hash = Fnv1a.Start;
        hash.Add(Salt);
        hash.EndField();
        hash.Add(tenant);
        hash.EndField();
        AddSystemText(ref hash, facts.Messages);
        hash.EndField();
        for (var i = 0; i < facts.ToolNames.Count; i++)
        {
            if (i > 0)
                hash.Add((byte)',');
            hash.Add(facts.ToolNames[i]);
        }

        hash.EndField();
        return hash;
    }

    private static (bool HasUser, ConversationMessage? WithText) FirstUser(IReadOnlyList<ConversationMessage> messages)
    {
        var hasUser = false;
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            if (message.Role != ConversationRole.User)
                continue;
            hasUser = true;
            if (message.HasText)
                return (true, message);
        }

        return (hasUser, null);
    }

    private static void AddSystemText(ref Fnv1a hash, IReadOnlyList<ConversationMessage> messages)
    {
        var first = true;
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            if (message.Role != ConversationRole.System)
                continue;
            if (!first)
                hash.Add((byte)'\n');
            LongTextMemo.Shared.Add(ref hash, message.Text, first ? LengthOfBillingLine(message.Text) : 0);
            first = false;
        }
    }

    // Claude Code begins its system text with a line for Anthropic's billing, which holds a number that changes with every request.
    private static int LengthOfBillingLine(string text) =>
        text.StartsWith(BillingHeader, StringComparison.OrdinalIgnoreCase) ? text.IndexOf('\n', StringComparison.Ordinal) is var end and >= 0 ? end + 1 : text.Length : 0;

    private static string Hex(ulong hash) => hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
