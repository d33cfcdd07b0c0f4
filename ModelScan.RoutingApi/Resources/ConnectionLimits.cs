namespace ModelScan.RoutingApi.Resources;

/// <summary>
/// How many connections there may be, so that neither descriptors nor memory run out: a process without descriptors cannot even say so.
/// <code>
/// descriptors   | the program's own | reserve | clients: half of the rest | providers: the other half |
/// </code>
/// </summary>
/// <param name="Clients">Connections of clients; those beyond are closed as soon as they come.</param>
/// <param name="Upgraded">How many of them may be WebSockets, which stay.</param>
/// <param name="Providers">Connections to providers; a request beyond waits for one, as long as connecting may take.</param>
/// <param name="RequestBuffer">Bytes of a connection that are received ahead of whoever reads them.</param>
internal sealed record ConnectionLimits(int Clients, int Upgraded, int Providers, int RequestBuffer)
{
    /// <summary>Descriptors of the program's own once it has done everything once: the runtime keeps one for each of its 250 libraries.</summary>
    public const int Usual = 320;

    /// <summary>Descriptors for everything else: stores, the container engine, and what an accepted connection needs until it is closed.</summary>
    public const int Reserve = 48;

    /// <summary>Of each kind there is at least this many.</summary>
    public const int Least = 8;

    private const int SmallestBuffer = 64 << 10;
    private const int LargestBuffer = 1 << 20;

    // A connection, its HTTP state and a request's buffers, measured at 20 to 30 KB.
    private const int BytesOfConnection = 32 << 10;

    /// <summary>With fewer descriptors the program cannot run: it would end when it needs the next one, whatever for.</summary>
    public const int FewestDescriptors = Usual + Reserve + (2 * Least);

    /// <summary>Checks that the program can run.</summary>
    /// <param name="descriptors">How many descriptors there may be; <see langword="null"/> for any number.</param>
    /// <exception cref="InvalidOperationException">It cannot.</exception>
    public static void Check(int? descriptors)
    {
        if (descriptors < FewestDescriptors)
            throw new InvalidOperationException($"this process may have {descriptors} files open (ulimit -n), and needs at least {FewestDescriptors}");
    }

    /// <summary>The limits of this process.</summary>
    public static ConnectionLimits OfThisProcess() => Of(FileDescriptors.Limit(), FileDescriptors.Count() ?? 0, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>Derives the limits.</summary>
    /// <param name="descriptors">How many descriptors there may be; <see langword="null"/> for any number.</param>
    /// <param name="open">How many are open.</param>
    /// <param name="memory">What the garbage collector may use, in bytes.</param>
    public static ConnectionLimits Of(int? descriptors, int open, long memory)
    {
        // Of the memory that bodies do not get.
        var buffer = (int)Math.Clamp(memory / 4096, SmallestBuffer, LargestBuffer);
        var byMemory = (int)Math.Min(int.MaxValue / 2, memory / 4 / BytesOfConnection);
        var free = descriptors is { } limit ? Math.Max(0, limit - Math.Max(open, Usual) - Reserve) : int.MaxValue;
        var each = Math.Max(Least, Math.Min(byMemory, free / 2));
        return new(each, each / 2, each, buffer);
    }
}
