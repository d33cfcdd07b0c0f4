namespace ModelScan.RoutingApi.Resources;

/// <summary>
/// What waits for a socket goes on upon the thread that watches the sockets, instead of being handed to the thread pool: two changes of
/// threads less for a request. There is one such thread a core, each with sockets of its own, which wait meanwhile: so nothing may block
/// there, and what may take long is done elsewhere (<see cref="AwayAsync(Func{Task})"/>).
/// </summary>
/// <remarks>The runtime's own switch (System.Net.Sockets, SocketAsyncEngine.Unix.cs), which it reads with the first socket; without effect on Windows.</remarks>
internal static class SocketThreads
{
    /// <summary>Bytes that are worked upon where they arrive: to parse, or to translate, as many takes less than a millisecond.</summary>
    public const int Few = 32 * 1024;

    private const string Switch = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Whether work is done there.</summary>
    public static bool AreUsed { get; private set; }

    /// <summary>Turns it on for this process, unless its environment says otherwise. To be called before anything opens a socket.</summary>
    public static void Use()
    {
        if (Environment.GetEnvironmentVariable(Switch) is null)
            Environment.SetEnvironmentVariable(Switch, "1");
        AreUsed = !OperatingSystem.IsWindows() && Environment.GetEnvironmentVariable(Switch) == "1";
    }

    /// <summary>Does something upon the thread pool, to its end: whatever it waits for, it goes on there.</summary>
    public static Task AwayAsync(Func<Task> work)
    {
        if (!AreUsed || SynchronizationContext.Current is PoolContext)
            return work();
        return RunAsync(work);

        static async Task RunAsync(Func<Task> work)
        {
            var end = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);

            // With what belongs to the request: its activity, and whatever else flows.
            ThreadPool.QueueUserWorkItem(_ => PoolContext.Instance.Send(_ => end.SetResult(Begin(work)), null));
            await await end.Task.ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="AwayAsync(Func{Task})"/>
    public static ValueTask<T> AwayAsync<T>(Func<ValueTask<T>> work)
    {
        if (!AreUsed || SynchronizationContext.Current is PoolContext)
            return work();
        return RunAsync(work);

        static async ValueTask<T> RunAsync(Func<ValueTask<T>> work)
        {
            T result = default!;
            await AwayAsync(async () => { result = await work(); });
            return result;
        }
    }

    // What it throws before its first wait belongs to its task as well.
    private static async Task Begin(Func<Task> work) => await work();

    private sealed class PoolContext : SynchronizationContext
    {
        public static PoolContext Instance { get; } = new();

        public override void Post(SendOrPostCallback d, object? state) =>
            ThreadPool.UnsafeQueueUserWorkItem(static work => work.Context.Send(work.Callback, work.State), (Context: this, Callback: d, State: state), preferLocal: false);

        public override void Send(SendOrPostCallback d, object? state)
        {
            var before = Current;
            SetSynchronizationContext(this);
            try
            {
                d(state);
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }

        public override SynchronizationContext CreateCopy() => this;
    }
}
