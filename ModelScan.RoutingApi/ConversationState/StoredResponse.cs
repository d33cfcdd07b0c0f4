namespace ModelScan.RoutingApi.ConversationState;

/// <summary>One turn of a conversation: a response, and what was asked. Immutable.</summary>
/// <param name="Id">The response's id, as the client knows it.</param>
/// <param name="Owner">Whose it is: see <see cref="ResponseOwner"/>.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record StoredResponse(string Id, string Owner, DateTimeOffset CreatedAt)
{
    // Keys, times and references beside the two documents.
    private const int Overhead = 512;
    private const int OverheadOfItem = 160;

    /// <summary>The response that it goes on from; <see langword="null"/> for the first of a conversation.</summary>
    public string? PreviousId { get; init; }

    /// <summary>The model that answered, by the name that the configuration finds it by: <c>provider/model</c>.</summary>
    public required string Model { get; init; }

    /// <summary>The account at the provider that answered: what it encrypted, only that account can read.</summary>
    public required string Account { get; init; }

    /// <summary>Whether the provider keeps the response itself, under the same id.</summary>
    public bool IsHeld { get; init; }

    /// <summary>What was new in the request: a JSON array of items.</summary>
    public required ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>The response as the client got it: a JSON object.</summary>
    public required ReadOnlyMemory<byte> Response { get; init; }

    /// <summary>The ids by which a later request may name items of input and response, each once; empty of what was read from a store.</summary>
    public IReadOnlyList<string> ItemIds { get; init; } = [];

    /// <summary>Bytes that it takes.</summary>
    public long Size => Input.Length + Response.Length + Overhead + (OverheadOfItem * ItemIds.Count);
}

/// <summary>How looking for a response went.</summary>
internal enum ResponseSearch
{
    Found,

    /// <summary>There is no such response, or no longer, or it is somebody else's.</summary>
    Missing,

    /// <summary>It is there, and one that it goes on from is not.</summary>
    Incomplete,

    /// <summary>The store could not be asked, or not in time.</summary>
    Unavailable,
}

/// <summary>A conversation up to a response.</summary>
/// <param name="Search">How looking for it went.</param>
/// <param name="Turns">Its turns, the first one first; empty unless it was found.</param>
internal readonly record struct StoredConversation(ResponseSearch Search, IReadOnlyList<StoredResponse> Turns)
{
    public static StoredConversation Missing => new(ResponseSearch.Missing, []);

    public static StoredConversation Unavailable => new(ResponseSearch.Unavailable, []);

    /// <summary>Puts rows of a chain in order.</summary>
    /// <param name="id">The last of them.</param>
    /// <param name="find">Finds a row by its id.</param>
    /// <param name="most">Most turns that are followed.</param>
    public static StoredConversation Of(string id, Func<string, StoredResponse?> find, int most)
    {
        var turns = new List<StoredResponse>();
        for (string? next = id; next is not null; next = turns[^1].PreviousId)
        {
            if (find(next) is not { } turn || turns.Count == most)
                return new(turns.Count == 0 ? ResponseSearch.Missing : ResponseSearch.Incomplete, []);
            turns.Add(turn);
        }

        turns.Reverse();
        return new(ResponseSearch.Found, turns);
    }
}
