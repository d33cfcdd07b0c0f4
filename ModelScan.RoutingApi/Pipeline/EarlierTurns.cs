using System.Text.Json;
using ModelScan.RoutingApi.ConversationState;
using ModelScan.RoutingApi.Pipeline.Replay;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// The turns before a Responses request that names an earlier response. Whoever keeps that response itself gets the client's own bytes;
/// everybody else gets a request that begins with those turns. Used by one request.
/// </summary>
/// <param name="turns">The turns, the first one first; at least one.</param>
/// <param name="body">The client's request.</param>
/// <param name="maxBody">Most bytes of a request with all its turns.</param>
internal sealed class EarlierTurns(IReadOnlyList<StoredResponse> turns, ReadOnlyMemory<byte> body, long maxBody)
{
    private readonly Dictionary<string, WrittenConversation> _byAccount = new(StringComparer.Ordinal);
    private byte[]? _whole;
    private bool? _hasSealedThoughts;

    /// <summary>The same turns before another body.</summary>
    /// <param name="newBody">The client's request.</param>
    /// <param name="change">What becomes of each turn, the first one first.</param>
    public EarlierTurns With(ReadOnlyMemory<byte> newBody, Func<StoredResponse, StoredResponse> change) => new([.. turns.Select(change)], newBody, maxBody);

    /// <summary>A request for a provider.</summary>
    /// <param name="Body">Its body.</param>
    /// <param name="Dropped">What of the earlier turns it does not say.</param>
    public sealed record WrittenConversation(byte[] Body, IReadOnlyList<string> Dropped);

    /// <summary>Bytes of the whole conversation, at most.</summary>
    public long Length { get; } = body.Length + turns.Sum(turn => (long)turn.Input.Length + turn.Response.Length);

    /// <summary>The response that the request goes on from.</summary>
    public StoredResponse Last => turns[^1];

    /// <summary>Whether that response holds thoughts that only whoever wrote them can read.</summary>
    public bool HasSealedThoughts => _hasSealedThoughts ??= TurnItems.HasSealedThoughts(Last.Response, Last.IsHeld);

    /// <summary>The whole conversation, for whoever reads it and for translations.</summary>
    /// <exception cref="InvalidRequestException">It is too long.</exception>
    public ReadOnlyMemory<byte> Whole => _whole ??= Write([.. turns.SelectMany(turn => SlicedJson.Elements(turn.Input).Concat(TurnItems.OfResponse(turn.Response)))]);

    /// <summary>Whether a provider keeps the response that the request goes on from.</summary>
    public bool IsHeldBy(ModelTarget target) => Last.IsHeld && Last.Account == ProviderAccount.Of(target);

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
                string? lost = null;
                var told = turn.Account == account ? TurnItems.IsOfUseToItsAuthor(item) ? item : null : TurnItems.ForAnother(item, out lost);
                if (told is { } said)
                    items.Add(said);
                else if (lost is not null && !dropped.Contains(lost))
                    dropped.Add(lost);
            }
        }

        return _byAccount[account] = new WrittenConversation(Write(items), dropped);
    }

    private byte[] Write(IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        if (body.Length + items.Sum(item => (long)item.Length) > maxBody)
            throw new InvalidRequestException("previous_response_id", $"the conversation that it goes on is larger than the limit of {maxBody} bytes (routing.max_request_body)");
        try
        {
            return WholeRequest.Of(body.Span, items);
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException("Failed to parse JSON: the value of input is not valid", exception);
        }
    }
}
