namespace ModelScan.RoutingApi.Configuration;

/// <summary>Where responses are kept (<c>responses_state.store</c>).</summary>
public enum ResponseStoreKind
{
    /// <summary>In this process.</summary>
    Memory,

    /// <summary>In a SQLite file, which survives a restart.</summary>
    Sqlite,

    /// <summary>In a Postgres database, which replicas share.</summary>
    Postgres,

    /// <summary>Nowhere: <c>previous_response_id</c> is only of use with the provider that gave it.</summary>
    None,
}

/// <summary>
/// What is kept of the Responses API's conversations, so that any provider can answer the next turn (<c>responses_state</c>, or Plano's
/// <c>state_storage</c>).
/// </summary>
public sealed record ResponsesStateConfig
{
    /// <summary>The store.</summary>
    public ResponseStoreKind Store { get; init; }

    /// <summary>Of SQLite: the file.</summary>
    public string? Path { get; init; }

    /// <summary>Of Postgres: as Npgsql reads it (<c>Host=…;Username=…</c>), or a <c>postgres://</c> URL. A secret.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>How long a conversation is kept after its last turn, a second or more.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Most responses that are kept, 1 or more; those of the conversations that rested longest go first.</summary>
    public int MaxResponses { get; init; } = 10_000;

    /// <summary>Most bytes that are kept, all responses and their input together; likewise.</summary>
    public long MaxSize { get; init; } = 64L << 20;

    /// <summary>Most bytes of one response and its new input; a larger one is not kept.</summary>
    public long MaxResponseSize { get; init; } = 4L << 20;

    /// <summary>For how long a request waits for the store, a millisecond or more.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether anything is kept.</summary>
    public bool IsOn => Store != ResponseStoreKind.None;
}
