using ModelScan.RoutingApi.ConversationState;
using ModelScan.RoutingApi.Pipeline.Replay;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// What a Responses request goes on from: the turns before it, where it names a response, and the items of other turns that it names. Whoever keeps
/// all of that itself gets the client's own bytes; everybody else gets a request that begins with those turns and has the items themselves. Used by one
/// request.
/// </summary>
/// <param name="turns">The turns before it, the first one first.</param>
/// <param name="named">The turns that items are of which it names, by the items' ids.</param>
/// <param name="body">The client's request.</param>
/// <param name="maxBody">Most bytes of a request with all its turns.</param>
internal sealed class EarlierTurns(IReadOnlyList<StoredResponse> turns, IReadOnlyDictionary<string, StoredResponse> named, ReadOnlyMemory<byte> body, long maxBody)
{
    private readonly Dictionary<string, WrittenConversation> _byAccount = new(StringComparer.Ordinal);
    private byte[]? _whole;
    private bool? _hasSealedThoughts;

    /// <summary>The same turns before another body.</summary>
    /// <param name="newBody">The client's request.</param>
    /// <param name="change">What becomes of each turn, the first one first.</param>
    public EarlierTurns With(ReadOnlyMemory<byte> newBody, Func<StoredResponse, StoredResponse> change)
    {
        var changed = new Dictionary<StoredResponse, StoredResponse>(ReferenceEqualityComparer.Instance);
        foreach (var turn in turns.Concat(named.Values))
        {
            if (!changed.ContainsKey(turn))
                changed[turn] = change(turn);
        }

        return new([.. turns.Select(turn => changed[turn])], named.ToDictionary(item => item.Key, item => changed[item.Value], StringComparer.Ordinal), newBody, maxBody);
    }

    /// <summary>A request for a provider.</summary>
    /// <param name="Body">Its body.</param>
    /// <param name="Dropped">What of the earlier turns it does not say.</param>
    public sealed record WrittenConversation(byte[] Body, IReadOnlyList<string> Dropped);

    /// <summary>Bytes of the whole conversation, at most.</summary>
    public long Length { get; } = body.Length + turns.Concat(named.Values.Distinct()).Sum(turn => (long)turn.Input.Length + turn.Response.Length);

    /// <summary>The last response that it goes on from, or names an item of.</summary>
    public StoredResponse Last => turns.Count > 0 ? turns[^1] : named.Values.MaxBy(turn => turn.CreatedAt)!;

    /// <summary>Whether that response holds thoughts that only whoever wrote them can read.</summary>
    public bool HasSealedThoughts => _hasSealedThoughts ??= turns.Count > 0
        ? TurnItems.HasSealedThoughts(Last.Response, Last.IsHeld)
        : named.Any(item => ItemReferences.Find(item.Value, item.Key) is { IsOfAnswer: true } stored && TurnItems.IsSealedThought(stored.Json, item.Value.IsHeld));

    /// <summary>The whole conversation, for whoever reads it and for translations.</summary>
    /// <exception cref="InvalidRequestException">It is too long.</exception>
    public ReadOnlyMemory<byte> Whole => _whole ??= Write([.. turns.SelectMany(turn => SlicedJson.Elements(turn.Input).Concat(TurnItems.OfResponse(turn.Response)))], static item => item.Json);

    /// <summary>Whether a provider keeps all that the request goes on from.</summary>
    public bool IsHeldBy(ModelTarget target)
    {
        var account = ProviderAccount.Of(target);
        return (turns.Count == 0 || IsHeld(Last)) && named.Values.All(IsHeld);

        bool IsHeld(StoredResponse turn) => turn.IsHeld && turn.Account == account;
    }

    /// <summary>The whole conversation for a Responses provider that does not keep it.</summary>
    /// <exception cref="InvalidRequestException">It is too long.</exception>
    public WrittenConversation For(ModelTarget target)
    {
        var account = ProviderAccount.Of(target);
        if (_byAccount.TryGetValue(account, out var written))
            return written;
        var items = new List<ReadOnlyMemory<byte>>();
        var dropped = new List<string>();
        foreach (var turn in turns)
        {
            items.AddRange(SlicedJson.Elements(turn.Input));
            foreach (var item in TurnItems.OfResponse(turn.Response))
            {
                if (Tell(new StoredItem(item, turn, IsOfAnswer: true)) is { } said)
                    items.Add(said);
            }
        }

        return _byAccount[account] = new WrittenConversation(Write(items, Tell), dropped);

        ReadOnlyMemory<byte>? Tell(StoredItem item)
        {
            if (!item.IsOfAnswer)
                return SlicedJson.Without(item.Json, "id"u8);
            if (item.Turn.Account == account)
                return TurnItems.IsOfUseToItsAuthor(item.Json) ? item.Json : null;
            var told = TurnItems.ForAnother(item.Json, out var lost);
            if (told is null && lost is not null && !dropped.Contains(lost))
                dropped.Add(lost);
            return told;
        }
    }

    private byte[] Write(IReadOnlyList<ReadOnlyMemory<byte>> items, Func<StoredItem, ReadOnlyMemory<byte>?> tell)
    {
        if (body.Length + items.Sum(item => (long)item.Length) > maxBody)
            throw TooLong();
        try
        {
            var whole = WholeRequest.Of(body.Span, items, added => ItemReferences.Resolve(added, named, tell));
            return whole.Length <= maxBody || named.Count == 0 ? whole : throw TooLong();
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException("Failed to parse JSON: the value of input is not valid", exception);
        }
    }

    private InvalidRequestException TooLong() => new(
        turns.Count > 0 ? "previous_response_id" : "input", $"the conversation that it goes on is larger than the limit of {maxBody} bytes (routing.max_request_body)");
}
