using System.Collections.Concurrent;

namespace ModelScan.Tests.Support;

/// <summary>Runs asynchronous work on one thread from its beginning to its end, for what depends on the thread.</summary>
internal static class SingleThread
{
    public static async Task RunAsync(Func<Task> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            using var queue = new Continuations();
            SynchronizationContext.SetSynchronizationContext(queue);
            var running = work();
            _ = running.ContinueWith(_ => queue.Close(), TaskScheduler.Default);
            queue.Run();
            done.SetFromTask(running);
        })
        {
            IsBackground = true,
        };
        thread.Start();
        await done.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private sealed class Continuations : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _queue = [];

        public override void Post(SendOrPostCallback d, object? state) => _queue.Add((d, state));

        public void Close() => _queue.CompleteAdding();

        public void Run()
        {
            foreach (var (callback, state) in _queue.GetConsumingEnumerable())
                callback(state);
        }

        public void Dispose() => _queue.Dispose();
    }
}
