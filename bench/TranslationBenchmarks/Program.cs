using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using TranslationBenchmarks;

// Bytes alone, which do not depend on what else the machine does: in seconds.
if (args.Contains("--bytes"))
{
    AllocatedBytes.Print();
    return;
}

// In process: a build of its own per benchmark would not find its way through the shared artifacts folder.
var job = Job.ShortRun.WithToolchain(BenchmarkDotNet.Toolchains.InProcess.Emit.InProcessEmitToolchain.Instance).WithIterationCount(7).WithWarmupCount(4);
var config = DefaultConfig.Instance
    .AddJob(args.Contains("--quick") ? Job.Dry.WithToolchain(BenchmarkDotNet.Toolchains.InProcess.Emit.InProcessEmitToolchain.Instance) : job)
    .HideColumns(Column.Job, Column.Error, Column.RatioSD);
BenchmarkSwitcher.FromAssembly(typeof(PairBenchmarks).Assembly).Run([.. args.Where(arg => arg != "--quick").DefaultIfEmpty("--filter=*")], config);
