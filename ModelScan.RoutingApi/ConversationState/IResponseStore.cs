namespace ModelScan.RoutingApi.ConversationState;

/// <summary>
/// Where responses lie. Thread-safe. Every member may throw whatever its medium throws (<see cref="System.Data.Common.DbException"/>,
/// <see cref="IOException"/>, <see cref="TimeoutException"/>); <see cref="StoredResponses"/> is the one to catch it.
/// </summary>
internal interface IResponseStore : IAsyncDisposable
{
    /// <summary>Its name in messages.</summary>
    string Name { get; }

    /// <summary>Whether writing takes no time worth speaking of.</summary>
    bool IsImmediate { get; }

    /// <summary>Reads the conversation up to a response, without what has expired.</summary>
    /// <param name="owner">Whose it has to be.</param>
    /// <param name="id">The response.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<StoredConversation> ReadAsync(string owner, string id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Reads one response.</summary>
    ValueTask<StoredResponse?> FindAsync(string owner, string id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Finds the responses that items are of.</summary>
    /// <param name="owner">Whose they have to be.</param>
    /// <param name="itemIds">The items, each once; at most a thousand.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>By the items that were found.</returns>
    ValueTask<IReadOnlyDictionary<string, StoredResponse>> FindItemsAsync(string owner, IReadOnlyCollection<string> itemIds, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Writes responses, and refreshes the conversations that they go on.</summary>
    ValueTask WriteAsync(IReadOnlyList<StoredResponse> responses, DateTimeOffset expiry, CancellationToken cancellationToken);

    /// <summary>Takes a response out.</summary>
    /// <returns>Whether it was there.</returns>
    ValueTask<bool> DeleteAsync(string owner, string id, CancellationToken cancellationToken);

    /// <summary>Takes out what has expired, then what is too much, conversations that rested longest first.</summary>
    /// <returns>How many responses.</returns>
    ValueTask<int> PruneAsync(DateTimeOffset now, int maxResponses, long maxSize, CancellationToken cancellationToken);
}
