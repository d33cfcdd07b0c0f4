using System.Globalization;
using ModelScan.RoutingApi.ConversationState;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline.Replay;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// Joins the turns of a Responses conversation: finds those before a request (<c>previous_response_id</c>) and items of others that it names
/// (<c>item_reference</c>), and keeps its own for the next one (<c>store</c>). A request that neither names a response nor is kept passes untouched.
/// </summary>
internal sealed class ResponseTurns(StoredResponses stored, MemoryBudget budget, TimeProvider time, Random random)
{
    private static readonly Dictionary<string, StoredResponse> NoItems = [];

    private const string IdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Whether there is anything to do for a request.</summary>
    public bool Concerns(ClientRequest request) => request is { Format: ApiFormat.Responses, Kind: RequestKind.Answer or RequestKind.Compaction } && (stored.Config.IsOn || request.Connection is not null);

    /// <summary>Reads what a request says about turns, and finds those before it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="response">Where its answer goes.</param>
    /// <returns>The request with what was found, and where its answer goes now; the latter to be completed (<see cref="KeptAnswer.Complete"/>) where it is kept.</returns>
    /// <exception cref="InvalidRequestException">The body is not a JSON object, or a member has a wrong type.</exception>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public async ValueTask<(ClientRequest Request, KeptAnswer? Kept)> BeginAsync(ClientRequest request, ClientResponse response)
    {
        var wish = StateWish.Read(request.Body.Span);
        if (request.Kind == RequestKind.Compaction)
            wish = wish with { Stores = false };
        var connection = request.Kind == RequestKind.Answer ? request.Connection : null;
        var references = ItemReferences.In(request.Body[wish.Input]);
        var keeps = wish.Stores && stored.Config.IsOn;
        if (wish.PreviousId is null && references.Count == 0 && !keeps && connection is null)
            return (request, null);
        var owner = OwnerOf(request);
        var found = wish.PreviousId is { } previous ? await FindAsync(request.Connection, owner, previous, response.ClientLeft) : default;
        var (named, missing) = references.Count > 0 ? await FindItemsAsync(request.Connection, owner, references, response.ClientLeft) : (NoItems, null);
        var input = keeps || connection is not null ? ItemReferences.Resolve(TurnItems.OfInput(request.Body[wish.Input].Span), named) : [];
        keeps &= input.Length <= stored.Config.MaxResponseSize;
        var turns = found.Search == ResponseSearch.Found && found.Turns is not null ? found.Turns : [];
        var joined = new ClientRequest(request)
        {
            PreviousResponseId = wish.PreviousId,
            IsKept = keeps,
            IsRemembered = keeps || connection is not null,
            Earlier = turns.Count > 0 || named.Count > 0 ? new EarlierTurns(turns, named, request.Body, request.Snapshot.Config.MaxRequestBodyBytes) : null,
            EarlierMissing = (wish.PreviousId is { } id ? Problem(found.Search, id) : null) ?? missing,
        };
        if (joined.Earlier is { } earlier)
            request.Memory.Reserve(earlier.Length);
        if (!joined.IsRemembered)
            return (joined, null);
        var limit = (int)Math.Min(int.MaxValue / 2, stored.Config.MaxResponseSize);
        return (joined, new KeptAnswer(response, limit, new MemoryLease(budget), (answer, head) => Keep(owner, wish.PreviousId, input, answer, head, wish.Stores, keeps, connection)));
    }

    /// <summary>Answers a request that only says what later ones on its connection go on from (<c>generate: false</c>).</summary>
    /// <returns>Why it cannot be gone on from; <see langword="null"/> when it has been answered.</returns>
    /// <exception cref="InvalidRequestException">The body is not a JSON object, or a member has a wrong type.</exception>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public async ValueTask<ClientError?> WarmUpAsync(ClientRequest request, ClientResponse response)
    {
        var wish = StateWish.Read(request.Body.Span);
        var owner = OwnerOf(request);
        if (wish.PreviousId is { } previous && Problem((await FindAsync(request.Connection, owner, previous, response.ClientLeft)).Search, previous) is { } problem)
            return problem;
        var input = TurnItems.OfInput(request.Body[wish.Input].Span);
        using var events = new PooledBuffer();
        var id = WarmUp.Write(request.Body, events, request.Envelope.Model ?? "", wish.PreviousId, time, () => new string(random.GetItems<char>(IdAlphabet, 24)));
        request.Connection!.Add(new StoredResponse(id, owner, time.GetUtcNow()) { PreviousId = wish.PreviousId, Model = "", Account = "", Input = input, Response = "{\"output\":[]}"u8.ToArray() });
        response.Headers.ContentType = "text/event-stream";
        await response.Body.WriteAsync(events.WrittenMemory, response.ClientLeft);
        return null;
    }

    /// <summary>Whose responses a client finds.</summary>
    public static string OwnerOf(ClientRequest request) => OwnerOf(request.Headers, request.Caller, request.Snapshot);

    /// <summary>Whose responses a client finds.</summary>
    /// <param name="headers">What it says beside what it asks.</param>
    /// <param name="caller">Who it is.</param>
    /// <param name="snapshot">The configuration in force.</param>
    public static string OwnerOf(IHeaderDictionary headers, Caller? caller, GatewaySnapshot snapshot)
    {
        var tenantHeader = snapshot.Config.Session.TenantHeader;
        var credential = UpstreamCredential.FromClient(headers);
        if (caller?.Key is { } key)
            credential = $"{UpstreamCredential.GatewayKeyPrefix}{key.Id} {credential}";
        return ResponseOwner.Of(credential, tenantHeader is { Length: > 0 } ? headers[tenantHeader].ToString() : null);
    }

    /// <summary>What a client is told whose response was not found.</summary>
    /// <param name="search">How looking for it went.</param>
    /// <param name="id">The response.</param>
    public static ClientError? Problem(ResponseSearch search, string id)
    {
        var shown = id.Length <= 128 ? id : id[..128] + "…";
        return search switch
        {
            ResponseSearch.Found => null,
            ResponseSearch.Unavailable => new ClientError(
                StatusCodes.Status503ServiceUnavailable, $"the store of responses is not available, and the request goes on from '{shown}': try again, or send the whole conversation as input", "ResponseStoreUnavailable", "previous_response_id"),
            ResponseSearch.Incomplete => new ClientError(
                StatusCodes.Status404NotFound, $"Previous response with id '{shown}' not found: a response that it goes on from is no longer kept; send the whole conversation as input", "previous_response_not_found", "previous_response_id"),
            _ => new ClientError(StatusCodes.Status404NotFound, $"Previous response with id '{shown}' not found; send the whole conversation as input", "previous_response_not_found", "previous_response_id"),
        };
    }

    // The latest turns may lie on the connection alone, and those before them in the store.
    private async ValueTask<StoredConversation> FindAsync(ConnectionTurns? connection, string owner, string id, CancellationToken cancellationToken)
    {
        var latest = new List<StoredResponse>();
        string? next = id;
        while (next is not null && latest.Count < StoredResponses.MostTurns && connection?.Find(next) is { } turn)
        {
            latest.Insert(0, turn);
            next = turn.PreviousId;
        }

        if (next is null)
            return new(ResponseSearch.Found, latest);
        var found = await stored.FindAsync(owner, next, cancellationToken);
        return latest.Count == 0 ? found : found.Search switch
        {
            ResponseSearch.Found => new(ResponseSearch.Found, [.. found.Turns, .. latest]),
            ResponseSearch.Missing => new(ResponseSearch.Incomplete, []),
            _ => found,
        };
    }

    private async ValueTask<(IReadOnlyDictionary<string, StoredResponse> Found, ClientError? Missing)> FindItemsAsync(ConnectionTurns? connection, string owner, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, StoredResponse>(StringComparer.Ordinal);
        foreach (var id in ids)
        {
            if (connection?.FindItem(id) is { } turn)
                found[id] = turn;
        }

        if (found.Count == ids.Count)
            return (found, null);
        var (others, isAvailable) = await stored.FindItemsAsync(owner, [.. ids.Where(id => !found.ContainsKey(id))], cancellationToken);
        foreach (var (id, turn) in others)
            found[id] = turn;
        if (ids.FirstOrDefault(id => !found.ContainsKey(id)) is not { } missing)
            return (found, null);
        var shown = missing.Length <= 128 ? missing : missing[..128] + "…";
        return (found, isAvailable
            ? new ClientError(StatusCodes.Status404NotFound, $"Item with id '{shown}' not found; send the item itself", "item_not_found", "input")
            : new ClientError(StatusCodes.Status503ServiceUnavailable, $"the store of responses is not available, and the input refers to '{shown}': try again, or send the item itself", "ResponseStoreUnavailable", "input"));
    }

    private void Keep(string owner, string? previousId, byte[] input, ReadOnlyMemory<byte> answer, in AnswerHead head, bool stores, bool keeps, ConnectionTurns? connection)
    {
        if (head.Target is not { } target || SlicedJson.Text(answer, "id"u8) is not { } id || SlicedJson.Text(answer, "object"u8) is not "response" || SlicedJson.Text(answer, "status"u8) is "failed" or "cancelled")
            return;
        _ = SlicedJson.Elements(input); // what is kept can be read again
        var created = long.TryParse(System.Text.Encoding.ASCII.GetString(SlicedJson.Member(answer, "created_at"u8).Span), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253402300799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : time.GetUtcNow();
        var turn = new StoredResponse(id, owner, created)
        {
            PreviousId = previousId,
            Model = target.Name,
            Account = ProviderAccount.Of(target),
            IsHeld = stores && head.IsOriginal && !target.Api.IsGateway && SlicedJson.Member(answer, "store"u8).Span.SequenceEqual("true"u8),
            Input = input,
            Response = answer,
            ItemIds = ItemReferences.IdsOf(input, answer),
        };
        connection?.Add(turn);
        if (keeps)
            stored.Add(turn);
    }
}
