using Npgsql;

namespace ModelScan.RoutingApi.RequestLog.Stores;

/// <summary>
/// A PostgreSQL database, which several gateways may share: each adds blocks of its own. A transaction that another gateway has overtaken
/// fails and is looked at anew. Addresses are Npgsql's (<c>Host=…;Database=…</c>) or URLs (<c>postgres://user:password@host:port/database</c>).
/// </summary>
internal sealed class PostgresRequestStore : IRequestStore
{
    // Nobody waits for the store but its writer; readers are people.
    private const int ConnectSeconds = 5;
    private const int CommandSeconds = 15;

    private readonly NpgsqlDataSource? _source;
    private readonly string? _problem;

    /// <summary>Takes an address over; nothing is connected yet.</summary>
    public PostgresRequestStore(string address)
    {
        try
        {
            var builder = PostgresAddress.Parse(address);
            builder.ApplicationName ??= "modelscan";
            builder.Timeout = Math.Min(builder.Timeout, ConnectSeconds);
            builder.CommandTimeout = Math.Min(builder.CommandTimeout, CommandSeconds);
            Place = $"{builder.Host}:{builder.Port}/{builder.Database}";
            _source = NpgsqlDataSource.Create(builder);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            // Without the address: it may hold a password.
            (Place, _problem) = ("(no address)", "request_log.connection_string is no address of a PostgreSQL database");
        }
    }

    /// <inheritdoc/>
    public string Name => "postgres";

    /// <inheritdoc/>
    public string Place { get; }

    /// <inheritdoc/>
    public async ValueTask OpenAsync(CancellationToken cancellationToken) => await GuardAsync(async source =>
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await PostgresSchema.MigrateAsync(connection, cancellationToken);
        return 0;
    });

    /// <inheritdoc/>
    public async ValueTask<StoreChangeResult> WriteAsync(StoreChange change, CancellationToken cancellationToken) => await GuardAsync(async source =>
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var result = await PostgresChange.ApplyAsync(connection, change, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    });

    /// <inheritdoc/>
    public async ValueTask<IStoreReader> ReadAsync(CancellationToken cancellationToken) => await GuardAsync<IStoreReader>(async source =>
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            // One snapshot from the first question to the last.
            return new PostgresStoreReader(connection, await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    });

    /// <inheritdoc/>
    public async ValueTask<long> SizeAsync(CancellationToken cancellationToken) => await GuardAsync(async source =>
    {
        // What lies in the tables, not what they take: that does not become less when something goes.
        await using var command = source.CreateCommand(
            "SELECT coalesce(sum(bytes), 0)::bigint + (SELECT coalesce(sum(coalesce(pg_column_size(request), 0) + coalesce(pg_column_size(response), 0) + coalesce(pg_column_size(input), 0) + coalesce(pg_column_size(stream), 0)), 0)::bigint FROM modelscan_bodies) FROM modelscan_blocks");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    });

    /// <summary>Nothing to do: the server's own vacuum does it.</summary>
    public ValueTask<bool> ShrinkAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_source is not null)
            await _source.DisposeAsync();
    }

    /// <summary>Says what goes wrong in a store's words.</summary>
    public static RequestStoreException Problem(string place, Exception exception) => exception is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected }
        ? new RequestStoreException($"{place}: {exception.Message}", exception) { IsConflict = true }
        : new RequestStoreException($"{place}: {exception.Message}", exception);

    private async ValueTask<T> GuardAsync<T>(Func<NpgsqlDataSource, ValueTask<T>> action)
    {
        try
        {
            return await action(_source ?? throw new RequestStoreException(_problem!));
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException or IOException or InvalidOperationException)
        {
            throw Problem(Place, exception);
        }
    }
}
