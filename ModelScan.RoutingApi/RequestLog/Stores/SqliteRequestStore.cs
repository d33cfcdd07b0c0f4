using System.Globalization;
using Microsoft.Data.Sqlite;

namespace ModelScan.RoutingApi.RequestLog.Stores;

/// <summary>
/// A SQLite file in WAL mode, so that readers and the writer do not wait for each other. A commit is in the operating system's hands when it
/// returns: a process that is killed loses nothing that was committed; a machine that loses its power may lose the last commits, never the file.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="logger">Is told of damage.</param>
/// <param name="maxBytes">Most bytes of the file: what would make it larger fails as on a disk that is full.</param>
internal sealed class SqliteRequestStore(string path, ILogger logger, long maxBytes = long.MaxValue) : IRequestStore
{
    // Another process may hold the file's write lock for a moment.
    private const int BusySeconds = 2;

    private const int PageSize = 8192;

    // Pages given back at a time: 4 MB.
    private const int ShrinkPages = 512;

    private SqliteConnection? _writer;

    /// <inheritdoc/>
    public string Name => "sqlite";

    /// <inheritdoc/>
    public string Place => path;

    /// <inheritdoc/>
    public ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        Guard(() =>
        {
            Close();
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            try
            {
                _writer = Prepare();
            }
            catch (SqliteException exception) when (IsDamage(exception))
            {
                SetAside(exception);
                _writer = Prepare();
            }

            return 0;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<StoreChangeResult> WriteAsync(StoreChange change, CancellationToken cancellationToken) => ValueTask.FromResult(Guard(() =>
    {
        // Who deletes the file wants a new one, not a log in a file that has no name any more.
        if (_writer is null || !File.Exists(path))
        {
            Close();
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            _writer = Prepare();
        }

        try
        {
            using var transaction = _writer.BeginTransaction(deferred: false);
            var result = SqliteChange.Apply(_writer, transaction, change);
            transaction.Commit();
            return result;
        }
        catch (SqliteException exception) when (IsDamage(exception))
        {
            // It will not heal: the next try finds a new file.
            Close();
            SetAside(exception);
            throw;
        }
    }));

    /// <inheritdoc/>
    public ValueTask<IStoreReader> ReadAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IStoreReader>(Guard(() =>
    {
        if (!File.Exists(path))
            throw new RequestStoreException($"{path} is not there");
        var connection = Connect(SqliteOpenMode.ReadOnly);
        try
        {
            return new SqliteStoreReader(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }));

    /// <inheritdoc/>
    public ValueTask<long> SizeAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Guard(() =>
    {
        var writer = _writer ?? throw new RequestStoreException($"{path} is not open");
        var used = SqliteSchema.Number(writer, "PRAGMA page_count") - SqliteSchema.Number(writer, "PRAGMA freelist_count");
        return used * SqliteSchema.Number(writer, "PRAGMA page_size");
    }));

    /// <inheritdoc/>
    public ValueTask<bool> ShrinkAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Guard(() =>
    {
        var writer = _writer ?? throw new RequestStoreException($"{path} is not open");
        if (SqliteSchema.Number(writer, "PRAGMA freelist_count") == 0)
            return false;
        SqliteSchema.Run(writer, string.Create(CultureInfo.InvariantCulture, $"PRAGMA incremental_vacuum({ShrinkPages})"));
        return SqliteSchema.Number(writer, "PRAGMA freelist_count") > 0;
    }));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private SqliteConnection Prepare()
    {
        var connection = Connect(SqliteOpenMode.ReadWriteCreate);
        try
        {
            // Before the first table: how the file is laid out cannot be changed later.
            if (SqliteSchema.Number(connection, "PRAGMA page_count") == 0)
                SqliteSchema.Run(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA page_size = {PageSize}; PRAGMA auto_vacuum = INCREMENTAL;"));
            SqliteSchema.Run(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {Math.Clamp(maxBytes / PageSize, 16, uint.MaxValue - 1)}"));

            // What is written is hardly read again by the same connection: room for the pages of one change.
            SqliteSchema.Run(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216; PRAGMA cache_size = -1024;");
            SqliteSchema.Migrate(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private SqliteConnection Connect(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = BusySeconds }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static bool IsDamage(SqliteException exception) => exception.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB;

    // A file that is none is kept for whoever wants to look at it, and the log goes on.
    private void SetAside(SqliteException exception)
    {
        for (var number = 1; ; number++)
        {
            var aside = string.Create(CultureInfo.InvariantCulture, $"{path}.damaged-{number}");
            if (File.Exists(aside))
                continue;
            logger.LogError(exception, "{Path} is damaged; it is kept as {Aside}, and a new one is begun", path, aside);
            File.Move(path, aside);
            foreach (var suffix in (ReadOnlySpan<string>)["-wal", "-shm"])
            {
                if (File.Exists(path + suffix))
                    File.Move(path + suffix, aside + suffix);
            }

            return;
        }
    }

    private void Close()
    {
        var writer = _writer;
        _writer = null;
        writer?.Dispose();
    }

    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new RequestStoreException($"{path}: {exception.Message}", exception);
        }
    }
}
