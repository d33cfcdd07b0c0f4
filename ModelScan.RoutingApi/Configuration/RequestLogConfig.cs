namespace ModelScan.RoutingApi.Configuration;

/// <summary>Where records of requests are kept (<c>request_log.store</c>).</summary>
public enum RequestLogStore
{
    /// <summary>In a SQLite file of this machine.</summary>
    Sqlite,

    /// <summary>In a PostgreSQL database, which several gateways may share.</summary>
    Postgres,

    /// <summary>Nowhere.</summary>
    None,
}

/// <summary>Of which requests what was said is kept (<c>request_log.bodies</c>).</summary>
public enum KeptBodies
{
    /// <summary>Of none.</summary>
    None,

    /// <summary>Of those that failed.</summary>
    Errors,

    /// <summary>Of all.</summary>
    All,
}

/// <summary>The log of requests (<c>request_log</c>).</summary>
public sealed record RequestLogConfig
{
    public RequestLogStore Store { get; init; }

    /// <summary>The SQLite file, a full path; <see langword="null"/> for <see cref="DefaultPath"/>.</summary>
    public string? Path { get; init; }

    /// <summary>The PostgreSQL database, as Npgsql or as a URL writes it. A secret.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>How old a record becomes (<c>retention.age</c>).</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How large the log becomes, in bytes (<c>retention.size</c>).</summary>
    public long MaxBytes { get; init; } = 1L << 30;

    public KeptBodies Bodies { get; init; }

    /// <summary>How much of a body is kept, in bytes (<c>body_limit</c>), 1 KB..16 MB.</summary>
    public int BodyLimit { get; init; } = 64 << 10;

    /// <summary>Regular expressions of what is taken out of everything that is kept, beside what always is (<c>redact</c>).</summary>
    public IReadOnlyList<string> Redact { get; init; } = [];

    /// <summary>Whether what decisions were made on is kept, so that they can be made again (<c>decision_inputs: text</c>, or <c>vectors</c>).</summary>
    public bool KeepsDecisionInputs { get; init; }

    /// <summary>Whether the encoder's vectors are kept with it, so that this is quick (<c>decision_inputs: vectors</c>): a kilobyte for each message, two from the second on.</summary>
    public bool KeepsVectors { get; init; }

    /// <summary>What opens <c>/admin/requests</c> (<c>admin_key</c>); <see langword="null"/> leaves it to clients of this machine. A secret.</summary>
    public string? AdminKey { get; init; }

    /// <summary>
    /// The file where none is named: in the folder that the variable <c>MODELSCAN_DATA</c> names, else in the one for a user's data
    /// (<c>~/.local/share/modelscan</c>, <c>%LOCALAPPDATA%\modelscan</c>).
    /// </summary>
    public static string DefaultPath { get; } = System.IO.Path.Combine(DataFolder(), "requests.db");

    // Without a home there is none; then it lies with what goes when the machine starts anew.
    private static string DataFolder() =>
        Environment.GetEnvironmentVariable("MODELSCAN_DATA") is { Length: > 0 } named ? System.IO.Path.GetFullPath(named)
        : Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } folder ? System.IO.Path.Combine(folder, "modelscan")
        : System.IO.Path.Combine(System.IO.Path.GetTempPath(), "modelscan");
}
