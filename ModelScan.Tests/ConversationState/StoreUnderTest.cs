using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.ConversationState;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.ConversationState;

/// <summary>A place where responses lie, of each kind that there is, which survives whoever uses it.</summary>
internal sealed class StoreUnderTest : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private PostgresServer? _postgres;

    private StoreUnderTest(string kind) => Kind = kind;

    public static TheoryData<string> Kinds => ["memory", "sqlite", "postgres"];

    public string Kind { get; }

    /// <summary>The server, of Postgres.</summary>
    public PostgresServer Postgres => _postgres!;

    /// <summary>Its settings, as a line of a configuration.</summary>
    public string Yaml => Kind switch
    {
        "sqlite" => $"store: sqlite, path: \"{File}\"",
        "postgres" => $"store: postgres, connection_string: \"{_postgres!.ConnectionString}\"",
        _ => "store: memory",
    };

    public ResponsesStateConfig Config => new()
    {
        Store = Enum.Parse<ResponseStoreKind>(Kind, ignoreCase: true),
        Path = File,
        ConnectionString = _postgres?.ConnectionString,
    };

    private string File => Path.Combine(_folder.Path, "state", "responses.db");

    public static async Task<StoreUnderTest> StartAsync(string kind)
    {
        var store = new StoreUnderTest(kind);
        if (kind == "postgres")
            store._postgres = await PostgresServer.StartAsync();
        return store;
    }

    /// <summary>Opens it.</summary>
    public IResponseStore Open(int mostTurns = 100) => Kind switch
    {
        "sqlite" => new SqlResponseStore(SqlFlavor.Sqlite(File), mostTurns),
        "postgres" => new SqlResponseStore(SqlFlavor.Postgres(_postgres!.ConnectionString), mostTurns),
        _ => new MemoryResponseStore(1_000, 1 << 20, mostTurns),
    };

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        _folder.Dispose();
    }
}
