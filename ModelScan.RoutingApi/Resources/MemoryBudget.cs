using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Resources;

/// <summary>
/// How much memory requests and answers that are under way may take together. What does not fit is refused at once, with a status that asks to
/// try again, so that what fits goes on: a process that runs out of memory ends for everybody. Thread-safe.
/// </summary>
internal sealed class MemoryBudget
{
    /// <summary>In how many seconds a client that was refused may try again.</summary>
    public const int RetryAfterSeconds = 1;

    /// <summary>
    /// Bytes that a byte of a body comes to: itself, what the provider or the client is sent in its place, and what a buffer is copied from
    /// while it grows.
    /// </summary>
    public const int Copies = 3;

    /// <summary>How many times that is where a body is said in another format: its texts are read, and written anew.</summary>
    public const int Translated = 2;

    private const long Least = 8 << 20;

    // Measured after load in policy mode.
    private const long Own = 64 << 20;

    // Four rows of a JsonDocument: name, value, and the half of a table that is copied while it grows.
    private const int BytesOfElement = 48;

    // Smaller pieces come and go with every request of an agent, and collecting for them would cost more than it brings.
    private const long Large = 8 << 20;

    private readonly Counter<long> _refused;
    private long _inFlight;
    private long _released;

    /// <summary>
    /// A budget out of what the garbage collector may use: the container's limit, the process's own, or the machine's memory. What the program
    /// takes for itself, with the classifier, is left out, and of the rest two fifths are for what connections hold and for what has not
    /// been collected yet.
    /// </summary>
    public MemoryBudget(IMeterFactory meters)
        : this(Of(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes), meters)
    {
    }

    /// <summary>A budget.</summary>
    /// <param name="limit">In bytes.</param>
    /// <param name="meters">Makes meters.</param>
    public MemoryBudget(long limit, IMeterFactory meters)
    {
        Limit = limit;
        var meter = meters.Create(GatewayMeter.Name);
        meter.CreateObservableGauge(TelemetryNames.MemoryInFlight, () => InFlight, "By", "Memory of requests and answers that are under way.");
        meter.CreateObservableGauge(TelemetryNames.MemoryBudget, () => Limit, "By", "Memory that requests and answers may take together.");
        _refused = meter.CreateCounter<long>(TelemetryNames.MemoryRefused, "{request}", "Requests that were refused because there was no memory for them or their answers.");
    }

    /// <summary>Derives the budget.</summary>
    /// <param name="available">What the garbage collector may use, in bytes.</param>
    public static long Of(long available) => Math.Max(Least, (available - Own) / 5 * 3);

    /// <summary>In bytes.</summary>
    public long Limit { get; }

    /// <summary>What is taken, in bytes.</summary>
    public long InFlight => Interlocked.Read(ref _inFlight);

    /// <summary>Bytes that have been taken and given back since the start, in large pieces.</summary>
    public long Released => Interlocked.Read(ref _released);

    /// <summary>The longest body that fits if there is nothing else, in bytes.</summary>
    public long LargestBody => Limit / (Copies * Translated);

    /// <summary>
    /// What JSON counts as when it is read into objects: a list of numbers or of empty objects takes twenty times its length then, a text
    /// hardly more than itself.
    /// </summary>
    /// <returns>In bytes; to be reserved instead of its length.</returns>
    public static long LengthOf(ReadOnlySpan<byte> json) => json.Length + (BytesOfElement / Copies * (long)json.Count((byte)','));

    /// <summary>Takes memory; <see langword="false"/> where there is no room for it.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _inFlight, bytes) <= Limit)
            return true;
        Interlocked.Add(ref _inFlight, -bytes);
        _refused.Add(1);
        return false;
    }

    /// <summary>Gives memory back.</summary>
    public void GiveBack(long bytes)
    {
        Interlocked.Add(ref _inFlight, -bytes);
        if (bytes >= Large)
            Interlocked.Add(ref _released, bytes);
    }
}
